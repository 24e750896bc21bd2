import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';

export interface Rate {
  readonly currency: string;
  readonly rate: number;
}

/** An answer that is none: keeps the response, so that its status and its Retry-After are seen. */
export class RatesFailure extends Error {
  constructor(readonly response: Response) {
    super(`the rates service answered ${response.status}`);
  }
}

/** Asks the dependency, once. */
@Injectable()
export class RatesClient {
  constructor(private readonly config: ConfigService) {}

  async get(currency: string, signal?: AbortSignal): Promise<Rate> {
    const url = `${this.config.getOrThrow<string>('RATES_URL')}/rates/${currency}`;
    const response = await fetch(url, { signal: signal ?? null });
    if (!response.ok) {
      await response.body?.cancel();
      throw new RatesFailure(response);
    }
    return (await response.json()) as Rate;
  }
}
