import { codeTable } from '../code-table.js';
import type { Recogniser } from '../recogniser.js';

const byCode = codeTable({
  network: [
    // undici, which is also fetch
    'UND_ERR_SOCKET',
    'UND_ERR_CLOSED',
    'UND_ERR_DESTROYED',
    'UND_ERR_INFO',
    'UND_ERR_PRX_TLS',
    'UND_ERR_BPL_MISSING_UPSTREAM',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    // Node: sockets, streams, HTTP/2
    'ERR_SOCKET_CLOSED',
    'ERR_SOCKET_CLOSED_BEFORE_CONNECTION',
    'ERR_STREAM_PREMATURE_CLOSE',
    'ERR_STREAM_DESTROYED',
    'ERR_HTTP2_ERROR',
    'ERR_HTTP2_GOAWAY_SESSION',
    'ERR_HTTP2_INVALID_SESSION',
    'ERR_HTTP2_INVALID_STREAM',
    'ERR_HTTP2_PING_CANCEL',
    'ERR_HTTP2_SESSION_ERROR',
    'ERR_HTTP2_STREAM_CANCEL',
    'ERR_HTTP2_STREAM_ERROR',
    // certificates: the other side is not who it should be
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CERT_CHAIN_TOO_LONG',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CERT_REJECTED',
    'CERT_REVOKED',
    'CERT_SIGNATURE_FAILURE',
    'CERT_UNTRUSTED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ],
  timeout: [
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'ERR_SOCKET_CONNECTION_TIMEOUT',
    'ERR_TLS_HANDSHAKE_TIMEOUT',
    'ERR_HTTP_REQUEST_TIMEOUT',
  ],
  server: ['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_EXCEEDED_MAX_SIZE'],
  programming: [
    'UND_ERR_INVALID_ARG',
    'UND_ERR_INVALID_RETURN_VALUE',
    'UND_ERR_NOT_SUPPORTED',
    'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  ],
});

/** Codes of what carries requests: undici, Node's HTTP parser, HTTP/2, TLS. */
export const transportCode: Recogniser = ({ code }) => {
  if (typeof code !== 'string') return undefined;
  return byCode.get(code) ?? (isWireFault(code) ? 'network' : undefined);
};

/** What came was no HTTP (`HPE_…`), or no TLS (`ERR_SSL_…`, OpenSSL's own names behind it). */
function isWireFault(code: string): boolean {
  return code.startsWith('HPE_') || code.startsWith('ERR_SSL_');
}
