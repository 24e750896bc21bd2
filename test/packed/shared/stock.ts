import { Controller, Get, Headers, Injectable, ServiceUnavailableException, Sse } from '@nestjs/common';
import {
  Bulkhead,
  Hedge,
  outgoingHeaders,
  RateLimit,
  ResilienceService,
  Resilient,
  Retryable,
  UsePolicy,
} from 'nestjs-holdfast';
import { concat, of, throwError, type Observable } from 'rxjs';

@Injectable()
export class StockService {
  asked = 0;
  opened = 0;

  /** Ends when it is told to. */
  @Bulkhead({ maxConcurrent: 1 })
  async count(done: Promise<number>): Promise<number> {
    return done;
  }

  @RateLimit({ limit: 1, interval: '1h' })
  async order(sku: string): Promise<string> {
    return sku;
  }

  /** The first invocation never answers. */
  @Resilient('stock', { idempotent: true })
  @Hedge({ delay: '5ms' })
  async ask(): Promise<string> {
    return ++this.asked === 1 ? new Promise<never>(() => undefined) : 'hedged';
  }

  /** Opens at the third attempt, and breaks off after two items. */
  @Retryable('impatient')
  async *rows(): AsyncGenerator<string> {
    if (++this.opened < 3) throw new Error('not yet');
    yield 'first';
    yield 'second';
    throw new Error('broken off');
  }

  @Resilient('stock')
  async headers(): Promise<Record<string, string>> {
    return outgoingHeaders();
  }
}

@Controller('stock')
export class StockController {
  private tries = 0;
  private readonly fetch: typeof globalThis.fetch;

  constructor(
    private readonly stock: StockService,
    resilience: ResilienceService,
  ) {
    this.fetch = resilience.fetch('impatient');
  }

  /** Answers every third request. */
  @Get('flaky')
  flaky() {
    if (++this.tries % 3 !== 0) throw new ServiceUnavailableException();
    return { tries: this.tries };
  }

  /** Asks its neighbour until it answers. */
  @Get('relay')
  async relay(@Headers('host') host: string) {
    const answer = await this.fetch(`http://${host}/stock/flaky`, { headers: { connection: 'close' } });
    return answer.json();
  }

  @Get('deadline')
  @UsePolicy('stock')
  deadline() {
    return this.stock.headers();
  }

  @Sse('events')
  @UsePolicy('impatient')
  events(): Observable<{ data: string }> {
    const isReady = ++this.tries % 3 === 0;
    return isReady
      ? concat(of({ data: 'one' }), of({ data: 'two' }))
      : throwError(() => new Error('not yet'));
  }
}
