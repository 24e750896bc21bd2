import 'reflect-metadata';
import { getQueueToken } from '@nestjs/bullmq';
import { NestFactory } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { setTimeout as delay } from 'node:timers/promises';
import { SampleRedis } from '../../shared/dist/redis.js';
import { MailsClient } from './mails.client.js';
import { Screen } from './screen.js';

const addresses = ['ada@example.org', 'slow@example.org', 'later@example.org', 'nobody@example.org'];

async function main(): Promise<void> {
  const redis = await SampleRedis.atHand();
  process.env['SAMPLE_REDIS_URL'] = redis.url;
  const { AppModule } = await import('./app.module.js');
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
  try {
    const queue = app.get<Queue>(getQueueToken('holdfast-sample-mails'));
    // What an earlier run may have left; the queue is this sample's alone.
    await queue.obliterate({ force: true });
    console.log(
      `${addresses.length} mails, two attempts in the process, then the queue, five turns at most:`,
    );
    await queue.addBulk(addresses.map((address) => ({ name: 'send', data: { address } })));
    const screen = app.get(Screen);
    while (!screen.isOver(addresses.length)) await delay(50);
    const { attempts } = app.get(MailsClient);
    const made = [...attempts].map(([address, count]) => `${address} ${count}`).join(', ');
    console.log(`\n${screen.sentCount} sent, ${screen.givenUp} given up.\nAttempts: ${made}.`);
  } finally {
    await app.close();
    await redis.kill();
  }
}

await main();
