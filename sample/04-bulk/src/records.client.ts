import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';

/** An answer that is none: keeps the response, so that its status and its Retry-After are seen. */
export class RecordRefused extends Error {
  constructor(readonly response: Response) {
    super(`${response.status} ${response.statusText}`);
  }
}

/** Sends one record to the dependency, once. */
@Injectable()
export class RecordsClient {
  constructor(private readonly config: ConfigService) {}

  async put(id: number, signal: AbortSignal): Promise<number> {
    const url = `${this.config.getOrThrow<string>('RECORDS_URL')}/records/${id}`;
    const response = await fetch(url, { method: 'PUT', body: JSON.stringify({ id }), signal });
    await response.body?.cancel();
    if (!response.ok) throw new RecordRefused(response);
    return id;
  }
}
