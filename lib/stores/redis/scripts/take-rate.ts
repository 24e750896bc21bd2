import { Script } from '../script.js';
import { nowInLua } from './clock.js';

/**
 * GCRA for all instances: `KEYS[1]` the limiter; limit, interval in µs, burst, permits wanted. Gives how many were taken,
 * and milliseconds until there is another one.
 *
 * Kept as the time at which the bucket was full and the permits taken since, in whole numbers, so that three per second do
 * not drift; both are moved on by whole intervals, so that they stay small.
 */
export const takeRate = new Script(
  'rate',
  `${nowInLua}
local now = now_us()
local limit, interval, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local kept = redis.call('HMGET', KEYS[1], 'since', 'taken', 'limit', 'interval')
local since, taken = tonumber(kept[1] or '') or now, tonumber(kept[2] or '') or 0
local old_limit, old_interval = tonumber(kept[3] or '') or limit, tonumber(kept[4] or '') or interval
if since > now then since = now end
if old_limit ~= limit or old_interval ~= interval then
  taken = math.max(0, taken - (now - since) * old_limit / old_interval)
  since = now
end
local whole = math.floor((now - since) / interval)
if whole > 0 then
  since = since + whole * interval
  taken = taken - whole * limit
end
if (now - since) * limit >= taken * interval then
  since, taken = now, 0
end
local got = 0
local owed = (taken + 1 - burst) * interval - (now - since) * limit
while got < wanted and owed <= 0 do
  got, taken, owed = got + 1, taken + 1, owed + interval
end
if got > 0 then
  redis.call('HSET', KEYS[1], 'since', string.format('%.0f', since), 'taken', string.format('%.17g', taken),
    'limit', ARGV[1], 'interval', ARGV[2])
  local full_in = (taken * interval / limit - (now - since)) / 1000
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.ceil(full_in) + 1000))
end
return { got, string.format('%.3f', math.max(0, owed) / limit / 1000) }
`,
);
