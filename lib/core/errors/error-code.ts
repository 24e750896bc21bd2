/**
 * The stable names of this library's errors. Codes never change their meaning; messages may.
 *
 * @public
 */
export type ResilienceErrorCode =
  | 'CIRCUIT_OPEN'
  | 'BULKHEAD_FULL'
  | 'ADAPTIVE_THROTTLE'
  | 'RATE_LIMITED'
  | 'TIMEOUT_EXCEEDED'
  | 'MAX_RETRIES_EXCEEDED'
  | 'ALL_FALLBACKS_FAILED'
  | 'BULK_FAILURE'
  | 'SHUTDOWN'
  | 'CONFIG_INVALID'
  | 'RETRYABLE'
  | 'PERMANENT';
