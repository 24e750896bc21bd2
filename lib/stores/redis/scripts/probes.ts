import { Script } from '../script.js';
import { nextNumberInLua, nowInLua } from './clock.js';

/**
 * Takes the right to probe: `KEYS[1]` the leases of the circuit, `KEYS[2]` numbers, `KEYS[3]` number of its last news; for how
 * long in ms, places, number of the news seen last. Gives the lease's number; nothing while others hold it, or while there
 * are news of the circuit which the asker does not know yet: they may have decided already.
 */
export const leaseProbe = new Script(
  'probe',
  `${nowInLua}${nextNumberInLua}
local now = now_us()
local told = tonumber(redis.call('GET', KEYS[3]) or '0') or 0
if told > tonumber(ARGV[3]) then return false end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return false end
local number = string.format('%.0f', next_number(KEYS[2], now))
local for_ms = tonumber(ARGV[1])
redis.call('ZADD', KEYS[1], string.format('%.0f', now + for_ms * 1000), number)
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.ceil(for_ms)))
return number
`,
);

/** Gives a lease back: `KEYS[1]` the leases of the circuit; the lease's number. One that has been lost is not there. */
export const releaseProbe = new Script('probe', `return redis.call('ZREM', KEYS[1], ARGV[1])`);
