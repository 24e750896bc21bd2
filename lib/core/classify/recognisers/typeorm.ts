import { codeTable } from '../code-table.js';
import type { Recogniser } from '../recogniser.js';

const byName = codeTable({
  notFound: ['EntityNotFoundError', 'PersistedEntityNotFoundError'],
  conflict: ['OptimisticLockVersionMismatchError'],
  network: [
    'CannotExecuteNotConnectedError',
    'CannotGetEntityManagerNotConnectedError',
    'ConnectionIsNotSetError',
  ],
  programming: [
    'CannotDetermineEntityError',
    'EntityMetadataNotFoundError',
    'EntityPropertyNotFoundError',
    'FindRelationsNotFoundError',
    'InsertValuesMissingError',
    'MustBeEntityError',
    'NoConnectionForRepositoryError',
    'OptimisticLockCanNotBeUsedError',
    'PessimisticLockTransactionRequiredError',
    'QueryRunnerAlreadyReleasedError',
    'TransactionAlreadyStartedError',
    'TransactionNotStartedError',
    'UpdateValuesMissingError',
  ],
});

/** TypeORM's own errors. A `QueryFailedError` says what its driver said: it has the codes, and `driverError` as cause. */
export const typeorm: Recogniser = ({ name }) => byName.get(name);
