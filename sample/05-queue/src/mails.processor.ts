import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { Resilient, queueBackoff } from 'nestjs-holdfast';
import { MailsClient } from './mails.client.js';
import { Screen } from './screen.js';

/** Two attempts at once, in the process; what is left then is left to the queue, with the delays of the same policy. */
@Processor('holdfast-sample-mails', { settings: { backoffStrategy: queueBackoff('mails') } })
export class MailsProcessor extends WorkerHost {
  constructor(
    private readonly mails: MailsClient,
    private readonly screen: Screen,
  ) {
    super();
  }

  @Resilient('mails')
  override async process(job: Job<{ readonly address: string }>): Promise<void> {
    await this.mails.send(job.data.address);
  }

  @OnWorkerEvent('completed')
  completed(job: Job<{ readonly address: string }>): void {
    this.screen.sent(job.data.address, job.attemptsMade);
  }

  @OnWorkerEvent('failed')
  failed(job: Job<{ readonly address: string }>, error: Error): void {
    const isOver = job.finishedOn !== undefined;
    this.screen.failed(job.data.address, job.attemptsMade, error, isOver ? undefined : job.delay);
  }
}
