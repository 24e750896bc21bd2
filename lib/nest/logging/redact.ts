/** Stands for what was left out. */
const HIDDEN = '***';

/** Longer texts are cut before they are searched: enough for any line, and searching stays quick. */
const LONGEST_SEARCHED = 2048;

// `//user:password@host`: all up to the last `@` of the authority, for passwords hold `@`, too; and `//user:pass/word@`,
// which is no valid URL but written all the same, unless what follows the colon is a port.
const userInfo = /\/\/[^\s/?#]*@/g;
const brokenUserInfo = /\/\/[^\s/?#:@]*:(?!\d*(?:[/?#]|\s|$))\S*@/g;
const queryString = /[?#][^\s?#=]*=\S*/g;

const webToken = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const bearer = /\b(bearer|digest|negotiate)\s+[^\s,;"'}]+/gi;
// "Basic authentication failed" stays as it is: encoded credentials are no plain word.
const basic = /\b([Bb]asic|BASIC)\s+(?![A-Za-z]?[a-z]*(?:[\s.,;:!]|$))[^\s,;"'}]+/g;
const cookie = /\b((?:set-)?cookie2?)["']?\s*[:=].*/gis;
const secretField =
  /(?<![\w-])([\w-]*(?:authorization|api[-_]?key|access[-_]?key|private[-_]?key|token|secret|passw(?:or)?d|passphrase|pwd|credential|session|signature)[\w-]*)["']?\s*[:=]\s*(?:"[^"]*"?|'[^']*'?|[^\s,;&}]+)/gi;

/** A text without the user names, passwords and query strings of URLs. */
export function redactUrls(text: string): string {
  return text
    .slice(0, LONGEST_SEARCHED)
    .replace(userInfo, `//${HIDDEN}@`)
    .replace(brokenUserInfo, `//${HIDDEN}@`)
    .replace(queryString, '?…');
}

/**
 * A message without what is likely to be a secret: besides what {@link redactUrls} leaves out, tokens, cookies, and the
 * values of fields such as `authorization`, `apiKey` or `password`.
 *
 * No rule finds every secret; what is found by mistake is only a word less in a log.
 */
export function redact(text: string): string {
  return redactUrls(text)
    .replace(webToken, HIDDEN)
    .replace(bearer, `$1 ${HIDDEN}`)
    .replace(basic, `$1 ${HIDDEN}`)
    .replace(cookie, `$1: ${HIDDEN}`)
    .replace(secretField, `$1=${HIDDEN}`);
}
