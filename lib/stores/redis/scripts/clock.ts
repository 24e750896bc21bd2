/** Microseconds by the clock of Redis: instances need not agree on the time. */
export const nowInLua = `
local function now_us()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
`;

/**
 * A number higher than all before it: the time, or one more than the last one where the clock has gone back. After a flush
 * it goes on from the time, so numbers of before stay lower.
 */
export const nextNumberInLua = `
local function next_number(key, now)
  local last = tonumber(redis.call('GET', key) or '0') or 0
  local number = math.max(last + 1, now)
  redis.call('SET', key, string.format('%.0f', number), 'PX', 86400000)
  return number
end
`;
