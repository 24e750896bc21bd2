import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ResilienceService, type CircuitState } from 'nestjs-holdfast';
import { RatesClient } from './rates.client.js';

const CALL_EVERY_MS = 50;

/** What came of the calls since somebody asked last. */
export interface Counts {
  answered: number;
  failed: number;
  /** Refused by the open circuit: the dependency was spared. */
  refused: number;
}

/** One application of the fleet, with users of its own. */
export class Instance {
  /** Openings that this instance found out itself, and those that it followed. */
  opened = 0;
  followed = 0;
  probes = 0;
  private counts: Counts = { answered: 0, failed: 0, refused: 0 };
  private readonly users: NodeJS.Timeout;
  private readonly rates: RatesClient;
  private readonly resilience: ResilienceService;

  private constructor(private readonly app: INestApplicationContext) {
    this.rates = app.get(RatesClient);
    this.resilience = app.get(ResilienceService);
    this.resilience.events$.subscribe((event) => {
      if (event.type === 'circuitOpened') event.reason === 'shared' ? this.followed++ : this.opened++;
      if (event.type === 'circuitHalfOpened') this.probes++;
    });
    this.users = setInterval(() => void this.call(), CALL_EVERY_MS);
  }

  static async start(): Promise<Instance> {
    const { AppModule } = await import('./app.module.js');
    return new Instance(await NestFactory.createApplicationContext(AppModule, { logger: false }));
  }

  get state(): CircuitState {
    return this.resilience.breaker('rates').snapshot().state;
  }

  take(): Counts {
    const { counts } = this;
    this.counts = { answered: 0, failed: 0, refused: 0 };
    return counts;
  }

  async stop(): Promise<void> {
    clearInterval(this.users);
    await this.app.close();
  }

  private async call(): Promise<void> {
    try {
      await this.rates.rate('EUR');
      this.counts.answered++;
    } catch (error) {
      if ((error as { code?: string }).code === 'CIRCUIT_OPEN') this.counts.refused++;
      else this.counts.failed++;
    }
  }
}
