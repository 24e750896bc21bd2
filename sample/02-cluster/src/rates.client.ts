import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Resilient, type AttemptContext, Attempt } from 'nestjs-holdfast';

@Injectable()
export class RatesClient {
  /** Calls that really reached for the dependency. */
  invoked = 0;

  constructor(private readonly config: ConfigService) {}

  @Resilient('rates')
  async rate(currency: string, @Attempt() attempt?: AttemptContext): Promise<number> {
    this.invoked++;
    const url = `${this.config.getOrThrow<string>('RATES_URL')}/rates/${currency}`;
    const response = await fetch(url, attempt === undefined ? {} : { signal: attempt.signal });
    if (!response.ok)
      throw Object.assign(new Error(`status ${response.status}`), { status: response.status });
    const { rate } = (await response.json()) as { readonly rate: number };
    return rate;
  }
}
