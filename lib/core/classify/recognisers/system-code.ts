import { codeTable } from '../code-table.js';
import type { Recogniser } from '../recogniser.js';

const byCode = codeTable({
  network: [
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ENOTCONN',
    'ESHUTDOWN',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
    'ENETRESET',
    'EADDRNOTAVAIL',
    'EPROTO',
    // of the resolver
    'ENOTFOUND',
    'EAI_AGAIN',
    'EAI_FAIL',
    'EAI_NODATA',
    'EAI_NONAME',
    'ENODATA',
    'ESERVFAIL',
    'EREFUSED',
    'EBADRESP',
  ],
  timeout: ['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ETIMEOUT'],
});

/** Codes of the file system. On a socket (`syscall: 'connect'`) they say that there is nobody to connect to. */
const byFileCode = codeTable({
  notFound: ['ENOENT'],
  authorization: ['EACCES', 'EPERM', 'EROFS'],
  conflict: ['EEXIST', 'ENOTEMPTY'],
  client: ['EISDIR', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EXDEV', 'EFBIG'],
  server: ['EBUSY', 'EAGAIN', 'EMFILE', 'ENFILE', 'EIO', 'ENOSPC', 'EDQUOT', 'ENOLCK', 'ESTALE', 'ETXTBSY'],
});

/** The codes of the operating system and of Node's resolver. */
export const systemCode: Recogniser = ({ code, syscall }) => {
  if (typeof code !== 'string') return undefined;
  const category = byCode.get(code);
  if (category !== undefined) return category;
  const ofFile = byFileCode.get(code);
  return ofFile !== undefined && syscall === 'connect' ? 'network' : ofFile;
};
