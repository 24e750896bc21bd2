import { StreamableFile } from '@nestjs/common';

/** The stream that a result carries: a file's; other results are their own. */
export function streamOfFile(result: object): unknown {
  return result instanceof StreamableFile ? result.getStream() : result;
}
