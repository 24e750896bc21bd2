import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ResilienceModule, type PolicyOptions } from 'nestjs-holdfast';
import { RedisStateStore } from 'nestjs-holdfast/redis';
import { RatesClient } from './rates.client.js';

const rates = {
  timeout: '500ms',
  circuitBreaker: { name: 'rates', failureThreshold: 5, resetTimeout: '2s', resetTimeoutFactor: 1 },
} satisfies PolicyOptions;

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    ResilienceModule.forRootAsync({
      // A store for each instance, as each process would have one.
      useFactory: () => ({
        policies: { rates },
        store: new RedisStateStore({ url: process.env['SAMPLE_REDIS_URL'] ?? '', prefix: 'holdfast-sample' }),
        logger: false as const,
      }),
    }),
  ],
  providers: [RatesClient],
})
export class AppModule {}
