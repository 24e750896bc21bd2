import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { Recogniser } from '../recogniser.js';
import { categoryOfStatus } from './http-status.js';

/** Codes of `NatsError`, of the package `nats`. */
const byCode = codeTable({
  network: [
    '503', // no responders: nobody is there
    'NO_RESPONDERS',
    'CONNECTION_CLOSED',
    'CONNECTION_DRAINING',
    'CONNECTION_REFUSED',
    'DISCONNECT',
    'NATS_PROTOCOL_ERR',
    'STALE_CONNECTION',
    'SUB_CLOSED',
    'SUB_DRAINING',
    'TLS',
  ],
  timeout: ['TIMEOUT', 'CONNECTION_TIMEOUT', 'AUTHENTICATION_TIMEOUT', 'IDLE_HEARTBEAT', 'CANCELLED'],
  authentication: [
    'ACCOUNT_EXPIRED',
    'AUTHENTICATION_EXPIRED',
    'AUTHORIZATION_VIOLATION',
    'BAD_AUTHENTICATION',
    'BAD_CREDS',
  ],
  authorization: ['PERMISSIONS_VIOLATION'],
  client: ['MAX_PAYLOAD_EXCEEDED'],
  programming: [
    'BAD API',
    'BAD_HEADER',
    'BAD_JSON',
    'BAD_PAYLOAD',
    'BAD_SUBJECT',
    'INVALID_OPTION',
    'INVALID_PAYLOAD',
    'JESTREAM_INVALID_ACK',
    'NOT_FUNC',
    'SERVER_OPT_NA',
    'WSS_REQUIRED',
  ],
});

/** Classes of `@nats-io/nats-core` and its transports, by names that no other library uses for something else. */
const byName = codeTable({
  network: ['ClosedConnectionError', 'ConnectionError', 'DrainingConnectionError', 'NoRespondersError'],
  authentication: ['UserAuthenticationExpiredError'],
  authorization: ['PermissionViolationError'],
  programming: ['InvalidSubjectError'],
});

/** Errors of NATS: `NatsError` by code, which for JetStream is a status; the classes of version 3 by name. */
export const nats: Recogniser = ({ name, code, message }) => {
  if (name === 'NatsError') return byCode.get(code) ?? ofJetStream(code);
  if (name === 'AuthorizationError') return ofAuthorization(message);
  return byName.get(name);
};

function ofJetStream(code: unknown): ErrorCategory | undefined {
  const status = typeof code === 'string' ? Number(code) : NaN;
  return status >= 300 && status <= 599 ? categoryOfStatus(status) : undefined;
}

/** NATS says `Authorization Violation` where credentials are wrong; what others mean by that name is left to them. */
function ofAuthorization(message: unknown): ErrorCategory | undefined {
  return typeof message === 'string' && /authorization violation/i.test(message)
    ? 'authentication'
    : undefined;
}
