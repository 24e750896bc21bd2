/**
 * The page, which holds nothing of the application: all that it shows comes over its endpoints.
 *
 * @param url of the request. Addresses in the page are relative, so that a proxy may put the application wherever it wants.
 */
export function pageHtml(path: string, url: string): string {
  const [pathname = ''] = url.split('?');
  const folder = pathname.endsWith('/') ? '' : `${path.split('/').pop()}/`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Resilience</title>
<link rel="icon" href="${folder}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${folder}page.css">
<script src="${folder}page.js" type="module"></script>
</head>
<body>
<div id="app"><noscript>This page needs JavaScript. The same is at ${folder}breakers and ${folder}policies as JSON.</noscript></div>
</body>
</html>
`;
}
