import { classify } from '../../../../../lib/core/classify/classify.js';

describe('a code of the transport', () => {
  it.each([
    ['UND_ERR_SOCKET', 'network'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout'],
    ['UND_ERR_ABORTED', 'timeout'],
    ['UND_ERR_INVALID_ARG', 'programming'],
    ['UND_ERR_HEADERS_OVERFLOW', 'server'],
    ['ERR_STREAM_PREMATURE_CLOSE', 'network'],
    ['ERR_HTTP2_GOAWAY_SESSION', 'network'],
    ['ERR_SOCKET_CONNECTION_TIMEOUT', 'timeout'],
    ['HPE_INVALID_CONSTANT', 'network'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'network'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'network'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'network'],
    ['UND_ERR_SOMETHING_NEW', 'unknown'],
  ])('%s is %s', (code, category) => {
    expect(classify(Object.assign(new Error('it failed'), { code }))).toBe(category);
  });
});
