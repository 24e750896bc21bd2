import { Script } from '../script.js';
import { nextNumberInLua, nowInLua } from './clock.js';

/** Beyond it the oldest news go: whoever comes then finds out by itself. */
const KEPT = 10_000;
const KEPT_MS = 86_400_000;
/** Longer than any news that an instance writes. */
export const LONGEST_NEWS = 65_536;

/**
 * Writes news down and wakes whoever listens: `KEYS[1]` the news, `KEYS[2]` numbers, from `KEYS[3]` on the number of the last
 * news of each circuit; the channel, then for each of them its age in ms and its text.
 *
 * What comes over the channel says nothing itself: the news are read from where they are written down, by everybody alike.
 * Where publishing is not allowed, they are found by those who ask.
 */
export const publishNews = new Script(
  'publish',
  `${nowInLua}${nextNumberInLua}
local now = now_us()
local number
for i = 3, #KEYS do
  number = next_number(KEYS[2], now)
  local text = string.format('%.0f', number)
  local at = now / 1000 - tonumber(ARGV[2 * i - 4])
  redis.call('ZADD', KEYS[1], text, text .. ' ' .. string.format('%.0f', at) .. ' ' .. ARGV[2 * i - 3])
  redis.call('SET', KEYS[i], text, 'PX', 600000)
end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -${KEPT + 1})
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ${KEPT_MS} * 1000))
redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
redis.pcall('PUBLISH', ARGV[1], string.format('%.0f', number))
return number
`,
);

/**
 * The news after a number: `KEYS[1]` the news; the number, how many at most. Gives the time in ms, then number, when, and text
 * of each, oldest first. What is no news, for nobody wrote it as one, is taken away.
 */
export const readNews = new Script(
  'news',
  `${nowInLua}
local found = { string.format('%.0f', now_us() / 1000) }
local entries = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #entries, 2 do
  local entry = entries[i]
  local number, at, text
  if #entry <= ${LONGEST_NEWS} then number, at, text = string.match(entry, '^(%d+) (%d+) (.*)$') end
  if number and tonumber(number) == tonumber(entries[i + 1]) then
    found[#found + 1], found[#found + 2], found[#found + 3] = number, at, text
  else
    redis.call('ZREM', KEYS[1], entry)
  end
end
return found
`,
);
