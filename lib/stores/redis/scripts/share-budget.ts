import { Script } from '../script.js';
import { nowInLua } from './clock.js';

/**
 * Calls and retries of all instances, in ten buckets per window: `KEYS[1]` those of all, `KEYS[2]` those of this instance;
 * window in ms, calls, retries to be added. Gives calls and retries of the others within the window.
 */
export const shareBudget = new Script(
  'budget',
  `${nowInLua}
local width = math.max(1, math.ceil(tonumber(ARGV[1]) / 10))
local current = math.floor(now_us() / 1000 / width)
local function counted(key, sign, totals)
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local kind, bucket = string.match(fields[i], '^([cr])(%d+)$')
    bucket = tonumber(bucket)
    if not bucket or bucket <= current - 10 or bucket > current then
      redis.call('HDEL', key, fields[i])
    else
      totals[kind] = totals[kind] + sign * (tonumber(fields[i + 1]) or 0)
    end
  end
end
for _, key in ipairs(KEYS) do
  if tonumber(ARGV[2]) > 0 then redis.call('HINCRBY', key, string.format('c%.0f', current), ARGV[2]) end
  if tonumber(ARGV[3]) > 0 then redis.call('HINCRBY', key, string.format('r%.0f', current), ARGV[3]) end
  redis.call('PEXPIRE', key, string.format('%.0f', 11 * width))
end
local totals = { c = 0, r = 0 }
counted(KEYS[1], 1, totals)
counted(KEYS[2], -1, totals)
return { math.max(0, totals.c), math.max(0, totals.r) }
`,
);
