import type { ErrorCategory } from './error-category.js';
import type { ErrorLike, Recogniser } from './recogniser.js';
import { amqp } from './recognisers/amqp.js';
import { aws } from './recognisers/aws.js';
import { axios } from './recognisers/axios.js';
import { cancellation } from './recognisers/cancellation.js';
import { clientMessage } from './recognisers/client-message.js';
import { fetchFailure } from './recognisers/fetch-failure.js';
import { grpc } from './recognisers/grpc.js';
import { httpStatus } from './recognisers/http-status.js';
import { mongodb } from './recognisers/mongodb.js';
import { mysql } from './recognisers/mysql.js';
import { nats } from './recognisers/nats.js';
import { prisma } from './recognisers/prisma.js';
import { nestMessage } from './recognisers/nest-message.js';
import { programming } from './recognisers/programming.js';
import { redis } from './recognisers/redis.js';
import { sqlState } from './recognisers/sql-state.js';
import { systemCode } from './recognisers/system-code.js';
import { transportCode } from './recognisers/transport-code.js';
import { typeorm } from './recognisers/typeorm.js';

/** In this order; the first that knows the error decides. Codes come before statuses: they say more. */
const recognisers: readonly Recogniser[] = [
  axios,
  systemCode,
  transportCode,
  sqlState,
  mysql,
  prisma,
  typeorm,
  mongodb,
  redis,
  nats,
  amqp,
  aws,
  grpc,
  cancellation,
  httpStatus,
  clientMessage,
  nestMessage,
  fetchFailure,
  programming,
];

/** What an error by itself says of its kind, its cause left aside; never throws. */
export function recognise(error: object): ErrorCategory | undefined {
  try {
    for (const recogniser of recognisers) {
      const category = recogniser(error as ErrorLike);
      if (category !== undefined) return category;
    }
  } catch {
    // An error that throws on access says nothing.
  }
  return undefined;
}
