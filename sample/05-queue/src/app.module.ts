import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ResilienceModule, type PolicyOptions } from 'nestjs-holdfast';
import { MailsClient } from './mails.client.js';
import { MailsProcessor } from './mails.processor.js';
import { Screen } from './screen.js';

/** Short delays, so that the sample is over in seconds. */
const mails = {
  retry: { maxAttempts: 2, backoff: { initialDelay: '300ms', jitter: { factor: 0.2 }, maxDelay: '5s' } },
} satisfies PolicyOptions;

const redis = new URL(process.env['SAMPLE_REDIS_URL'] ?? 'redis://127.0.0.1:6379');

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    ResilienceModule.forRoot({ policies: { mails }, logging: { retry: false, exhausted: false } }),
    BullModule.forRoot({ connection: { host: redis.hostname, port: Number(redis.port || 6379) } }),
    BullModule.registerQueue({
      name: 'holdfast-sample-mails',
      // BullMQ asks a strategy only for types that are not its own; it counts the turns.
      defaultJobOptions: { attempts: 5, backoff: { type: 'custom' } },
    }),
  ],
  providers: [MailsClient, MailsProcessor, Screen],
})
export class AppModule {}
