import { Injectable } from '@nestjs/common';
import { ResilienceService, type BulkOptions, type BulkResult } from 'nestjs-holdfast';
import { RecordsClient } from './records.client.js';

@Injectable()
export class SyncService {
  constructor(
    private readonly resilience: ResilienceService,
    private readonly records: RecordsClient,
  ) {}

  /** Sends the records 1 to `count`; `concurrency` of them exist at a time, however many there are. */
  sync(count: number, options: BulkOptions): Promise<BulkResult<number>> {
    return this.resilience.executeAll('sync', this.operations(count), { ...options, operation: 'sync' });
  }

  private *operations(count: number) {
    for (let id = 1; id <= count; id++) {
      yield ({ signal }: { signal: AbortSignal }) => this.records.put(id, signal);
    }
  }
}
