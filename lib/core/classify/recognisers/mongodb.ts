import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { ErrorLike, Recogniser } from '../recogniser.js';

interface MongoError extends ErrorLike {
  readonly codeName?: unknown;
  readonly errorLabels?: unknown;
}

/** Of the driver, without a code of the server. */
const byName = codeTable({
  network: [
    'MongoClientClosedError',
    'MongoNetworkError',
    'MongoNotConnectedError',
    'MongoPoolClearedError',
    'MongoPoolClosedError',
    'MongoServerClosedError',
    'MongoServerSelectionError',
    'MongoSystemError',
    'MongoTopologyClosedError',
    'MongooseServerSelectionError',
  ],
  timeout: ['MongoNetworkTimeoutError', 'MongoOperationTimeoutError', 'MongoWaitQueueTimeoutError'],
  database: ['MongoStalePrimaryError'],
  server: ['MongoDecompressionError', 'MongoUnexpectedServerResponseError'],
  authentication: [
    'MongoAWSError',
    'MongoAzureError',
    'MongoGCPError',
    'MongoKerberosError',
    'MongoMissingCredentialsError',
    'MongoOIDCError',
  ],
  programming: [
    'MongoAPIError',
    'MongoBatchReExecutionError',
    'MongoCompatibilityError',
    'MongoCursorExhaustedError',
    'MongoCursorInUseError',
    'MongoExpiredSessionError',
    'MongoInvalidArgumentError',
    'MongoMissingDependencyError',
    'MongoParseError',
    'MongoTailableCursorError',
    'MongoTransactionError',
  ],
});

/** Of the server. */
const byCode = codeTable({
  network: [6, 7, 9001], // HostUnreachable, HostNotFound, SocketException
  timeout: [50, 64, 89, 262], // MaxTimeMSExpired, WriteConcernTimeout, NetworkTimeout, ExceededTimeLimit
  database: [
    24, // LockTimeout
    43, // CursorNotFound
    46, // LockBusy
    63, // StaleShardVersion
    91, // ShutdownInProgress
    112, // WriteConflict
    133, // FailedToSatisfyReadPreference
    134, // ReadConcernMajorityNotAvailableYet
    150, // StaleEpoch
    189, // PrimarySteppedDown
    225, // TransactionTooOld
    234, // RetryChangeStream
    246, // SnapshotUnavailable
    251, // NoSuchTransaction
    10058, // NotPrimary, of old servers
    10107, // NotWritablePrimary
    11600, // InterruptedAtShutdown
    11602, // InterruptedDueToReplStateChange
    13388, // StaleConfig
    13435, // NotPrimaryNoSecondaryOk
    13436, // NotPrimaryOrSecondary
  ],
  rateLimit: [462], // IngressRequestRateLimitExceeded
  authentication: [18, 391, 8000], // AuthenticationFailed, ReauthenticationRequired, AtlasError
  authorization: [13], // Unauthorized
  notFound: [26, 27], // NamespaceNotFound, IndexNotFound
  conflict: [48, 68, 85, 86, 11000, 11001, 12582], // …Exists, Index…Conflict, DuplicateKey
  validation: [2, 9, 14, 121], // BadValue, FailedToParse, TypeMismatch, DocumentValidationFailure
  client: [10334, 17280], // BSONObjectTooLarge, KeyTooLong
  programming: [20, 59, 72, 40324], // IllegalOperation, CommandNotFound, InvalidOptions, unknown pipeline stage
});

const byLabel = codeTable({
  rateLimit: ['SystemOverloadedError'],
  database: ['RetryableWriteError', 'TransientTransactionError', 'UnknownTransactionCommitResult'],
});

/**
 * Errors of MongoDB and its driver: by the driver's class, else the server's code, else the labels that say that trying
 * again may help. A number is a code of MongoDB only beside a name or labels of the driver.
 */
export const mongodb: Recogniser = (error) => {
  const { name, code, codeName, errorLabels } = error as MongoError;
  const labels: readonly unknown[] = Array.isArray(errorLabels) ? errorLabels : [];
  if (!isMongoError(error) && labels.length === 0 && typeof codeName !== 'string') return undefined;
  return byName.get(name) ?? byCode.get(code) ?? ofLabels(labels);
};

/** Whether the driver, or Mongoose around it, threw this. */
export function isMongoError({ name }: ErrorLike): boolean {
  return typeof name === 'string' && name.startsWith('Mongo');
}

function ofLabels(labels: readonly unknown[]): ErrorCategory | undefined {
  const known = labels.find((label) => byLabel.has(label));
  return byLabel.get(known);
}
