import { Injectable } from '@nestjs/common';
import { Attempt, AttemptContext, CircuitBreaker, Fallback, Retryable } from 'nestjs-holdfast';
import { RatesClient, type Rate } from './rates.client.js';

/** A rate, and whether it is a fresh one. */
export interface Quote extends Rate {
  readonly source: 'live' | 'last known';
}

@Injectable()
export class RatesService {
  private readonly lastKnown = new Map<string, Rate>();

  constructor(private readonly client: RatesClient) {}

  @Retryable('network')
  @CircuitBreaker({ scope: 'service', failureThreshold: 5, resetTimeout: '2s', maxResetTimeout: '3s' })
  @Fallback('lastKnownRate')
  async rate(currency: string, @Attempt() attempt?: AttemptContext): Promise<Quote> {
    const rate = await this.client.get(currency, attempt?.signal);
    this.lastKnown.set(currency, rate);
    return { ...rate, source: 'live' };
  }

  async lastKnownRate(error: Error, currency: string): Promise<Quote> {
    const rate = this.lastKnown.get(currency);
    if (rate === undefined) throw error;
    return { ...rate, source: 'last known' };
  }
}
