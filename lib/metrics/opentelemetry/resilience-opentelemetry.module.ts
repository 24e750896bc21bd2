import {
  Inject,
  Module,
  Optional,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { RESILIENCE_SOURCE, type ResilienceSource } from '../resilience-source.js';
import { loadOpenTelemetry } from './load-opentelemetry.js';
import { measureCalls } from './measure-calls.js';
import {
  resolveTelemetryOptions,
  type ResilienceOpenTelemetryOptions,
  type TelemetrySettings,
} from './telemetry-options.js';
import { traceCalls } from './trace-calls.js';

const TELEMETRY_SETTINGS = Symbol.for('nestjs-holdfast.telemetry-settings');

/** What spans and instruments are said to come from. */
const SCOPE = 'nestjs-holdfast';

/**
 * Spans and metrics for OpenTelemetry, through whatever SDK the application has set up.
 *
 * Imported once; `ResilienceModule.forRoot()` has to be in the application, too.
 *
 * @throws Error at boot that says what to install or to import, where something is missing.
 *
 * @example
 * ```ts
 * imports: [ResilienceModule.forRoot(), ResilienceOpenTelemetryModule.register()]
 * ```
 * @public
 */
@Module({})
export class ResilienceOpenTelemetryModule implements OnModuleInit, OnApplicationShutdown {
  private readonly ends: (() => void)[] = [];

  /**
   * @param options what is told, see {@link ResilienceOpenTelemetryOptions}
   * @throws TypeError with everything that is wrong with the options.
   */
  static register(options: ResilienceOpenTelemetryOptions = {}): DynamicModule {
    const settings = resolveTelemetryOptions(options);
    return {
      module: ResilienceOpenTelemetryModule,
      // It exports nothing: hooks of global modules run first at boot and last at the end.
      global: true,
      providers: [{ provide: TELEMETRY_SETTINGS, useValue: settings }],
    };
  }

  /** @internal */
  constructor(
    @Optional() @Inject(TELEMETRY_SETTINGS) private readonly settings: TelemetrySettings | undefined,
    @Optional() @Inject(RESILIENCE_SOURCE) private readonly source: ResilienceSource | undefined,
  ) {}

  /** @throws Error that says what is missing. */
  async onModuleInit(): Promise<void> {
    const { source, settings = resolveTelemetryOptions() } = this;
    if (source === undefined)
      throw new Error(
        'ResilienceOpenTelemetryModule needs ResilienceModule.forRoot() in the imports of the root module',
      );
    const api = await loadOpenTelemetry('ResilienceOpenTelemetryModule');
    if (settings.spans) this.ends.push(traceCalls(source, { api, tracer: api.trace.getTracer(SCOPE) }));
    if (settings.metrics)
      this.ends.push(measureCalls(source, api.metrics.getMeter(SCOPE), settings.maxLabelValues));
  }

  onApplicationShutdown(): void {
    for (const end of this.ends.splice(0)) end();
  }
}
