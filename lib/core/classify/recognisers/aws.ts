import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { ErrorLike, Recogniser } from '../recogniser.js';
import { categoryOfStatus } from './http-status.js';

interface AwsError extends ErrorLike {
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly attempts?: unknown };
  readonly $retryable?: { readonly throttling?: unknown };
  readonly CancellationReasons?: unknown;
}

/** Names that say more than the status beside them, which is 400 for nearly everything. */
const byName = codeTable({
  // the SDK's own list of throttling errors
  rateLimit: [
    'BandwidthLimitExceeded',
    'EC2ThrottledException',
    'LimitExceededException',
    'PriorRequestNotComplete',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
  ],
  timeout: ['RequestTimeout', 'RequestTimeoutException', 'TimeoutError'],
  database: ['TransactionConflictException', 'TransactionInProgressException'],
  server: ['InternalServerError', 'ServiceUnavailable', 'ServiceUnavailableException'],
  authentication: [
    'AuthFailure',
    'CredentialsProviderError',
    'ExpiredToken',
    'ExpiredTokenException',
    'IncompleteSignature',
    'InvalidAccessKeyId',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'RequestExpired',
    'RequestTimeTooSkewed',
    'SignatureDoesNotMatch',
    'UnrecognizedClientException',
  ],
  authorization: [
    'AccessDenied',
    'AccessDeniedException',
    'AuthorizationError',
    'NotAuthorized',
    'OptInRequired',
    'UnauthorizedOperation',
  ],
  notFound: [
    'NoSuchBucket',
    'NoSuchEntity',
    'NoSuchKey',
    'NotFound',
    'NotFoundException',
    'QueueDoesNotExist',
    'ResourceNotFoundException',
    'TableNotFoundException',
  ],
  conflict: [
    'BucketAlreadyExists',
    'BucketAlreadyOwnedByYou',
    'ConditionalCheckFailedException',
    'ConflictException',
    'EntityAlreadyExists',
    'IdempotentParameterMismatchException',
    'PreconditionFailed',
    'ResourceAlreadyExistsException',
    'ResourceInUseException',
  ],
  validation: [
    'InvalidParameterValue',
    'InvalidParameterValueException',
    'SerializationException',
    'ValidationError',
    'ValidationException',
  ],
});

/** Reasons of a cancelled transaction of DynamoDB that another try may not meet again. */
const passing: ReadonlySet<unknown> = new Set([
  undefined,
  'None',
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
  'TransactionConflict',
]);

/**
 * Errors of the AWS SDK, version 3, which bear `$metadata`, `$fault` or `$retryable`: throttling, else the name, else the
 * status, else whose fault it is. Broken connections keep the system's code and are known by it.
 */
export const aws: Recogniser = (error) => {
  const { name, $fault, $metadata, $retryable } = error as AwsError;
  if (name === 'CredentialsProviderError') return 'authentication';
  if ($metadata === undefined && $fault === undefined && $retryable === undefined) return undefined;
  if ($retryable?.throttling === true) return 'rateLimit';
  if (name === 'TransactionCanceledException') return ofTransaction(error);
  return byName.get(name) ?? ofRest(error);
};

function ofTransaction({ CancellationReasons: reasons }: AwsError): ErrorCategory {
  const list = Array.isArray(reasons) ? (reasons as ({ Code?: unknown } | null)[]) : [];
  return list.every((reason) => passing.has(reason?.Code)) ? 'database' : 'conflict';
}

function ofRest({ $fault, $metadata, $retryable }: AwsError): ErrorCategory | undefined {
  const status = $metadata?.httpStatusCode;
  const said = typeof status === 'number' ? categoryOfStatus(status) : undefined;
  // What the service itself calls retryable must not be taken for permanent because its status is 400.
  if (typeof $retryable === 'object' && $retryable !== null) return said === 'rateLimit' ? said : 'server';
  if (said !== undefined) return said;
  return $fault === 'client' || $fault === 'server' ? $fault : undefined;
}

/** Whether the SDK says that it had tried before, so that the last error does not speak for all tries. */
export function wasTriedBefore(error: ErrorLike): boolean {
  const attempts = (error as AwsError).$metadata?.attempts;
  return typeof attempts === 'number' && attempts > 1;
}
