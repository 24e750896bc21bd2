import { Injectable } from '@nestjs/common';
import { Attempt, AttemptContext, Bulkhead, CircuitBreaker, FallbackValue, Retryable } from 'nestjs-holdfast';
import { RatesClient } from '../../../01-quickstart/dist/app/rates.client.js';

/** Prices for a page of the shop: many at once, and a guess is better than none. */
@Injectable()
export class PricesService {
  constructor(private readonly client: RatesClient) {}

  @Retryable('quick', { timeout: { total: '3s', attempt: '800ms' } })
  @CircuitBreaker({ scope: 'service', failureRatio: 0.5, minimumCalls: 10, resetTimeout: '3s' })
  @Bulkhead({ maxConcurrent: 8, maxQueue: 4 })
  @FallbackValue(1)
  async price(currency: string, @Attempt() attempt?: AttemptContext): Promise<number> {
    const { rate } = await this.client.get(currency, attempt?.signal);
    return rate;
  }
}

/** What each tenant owes: one who is in trouble takes nobody else along. */
@Injectable()
export class InvoicesService {
  constructor(private readonly client: RatesClient) {}

  @Retryable('quick', { timeout: { total: '4s', attempt: '1s' }, key: (tenant: string) => tenant })
  @CircuitBreaker({ scope: 'service', failureThreshold: 3, resetTimeout: '5s' })
  async invoice(tenant: string, @Attempt() attempt?: AttemptContext): Promise<string> {
    const { rate } = await this.client.get('EUR', attempt?.signal);
    return `${tenant} owes ${rate.toFixed(2)}`;
  }
}
