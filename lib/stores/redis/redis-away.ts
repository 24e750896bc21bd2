/** Redis was not asked, or did not answer in time. Never reaches a caller: the local decision holds. */
export class RedisAway extends Error {
  override readonly name = 'RedisAway';
}
