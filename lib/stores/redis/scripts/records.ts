import { Script } from '../script.js';
import { nowInLua } from './clock.js';

/** Records that nobody has written for so long are of no use to anybody. */
const KEPT_MS = 30 * 86_400_000;
/** A count window of a million samples, and more. */
export const LONGEST_RECORD = 2_097_152;

/** Writes records down, all or none: `KEYS[1]` the records; name and text of each, an empty text takes it away. */
export const writeRecords = new Script(
  'save',
  `
for i = 1, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
return 1
`,
);

/**
 * Some of the records: `KEYS[1]` the records; from where. Gives the time in ms, where to go on (`0`: that was all), then the
 * texts; an empty one for what is too long to be a record.
 */
export const readRecords = new Script(
  'load',
  `${nowInLua}
local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', 200)
local found = { string.format('%.0f', now_us() / 1000), page[1] }
for i = 2, #page[2], 2 do
  local text = page[2][i]
  found[#found + 1] = #text <= ${LONGEST_RECORD} and text or ''
end
return found
`,
);

/** The time in ms, for who has not heard it yet. */
export const readTime = new Script('time', `${nowInLua}return string.format('%.0f', now_us() / 1000)`);
