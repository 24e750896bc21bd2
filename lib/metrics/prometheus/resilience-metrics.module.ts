import {
  Inject,
  Module,
  Optional,
  type DynamicModule,
  type FactoryProvider,
  type InjectionToken,
  type OnApplicationShutdown,
  type OnModuleInit,
  type OptionalFactoryDependency,
} from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { loadOpenTelemetry } from '../opentelemetry/load-opentelemetry.js';
import { RESILIENCE_SOURCE, type ResilienceSource } from '../resilience-source.js';
import { attachSource } from './attach-source.js';
import { exemplarReader } from './exemplar.js';
import { loadPeers, type Peers } from './load-peers.js';
import {
  resolveMetricsOptions,
  type MetricsSettings,
  type ResilienceMetricsOptions,
} from './metrics-options.js';

const METRICS_SETTINGS = Symbol.for('nestjs-holdfast.metrics-settings');

/**
 * Counts calls, attempts, fallbacks and circuit breakers for Prometheus, where `PrometheusModule` shows its metrics.
 *
 * Imported once, beside `PrometheusModule.register()` of `@willsoto/nestjs-prometheus`; `ResilienceModule.forRoot()` has
 * to be in the application, too. Gauges are read when they are scraped.
 *
 * @throws Error at boot that says what to install or to import, where something is missing.
 *
 * @example
 * ```ts
 * imports: [ResilienceModule.forRoot(), PrometheusModule.register(), ResilienceMetricsModule.register()]
 * ```
 * @public
 */
@Module({})
export class ResilienceMetricsModule implements OnModuleInit, OnApplicationShutdown {
  private detach: (() => void) | undefined;

  /**
   * @param options names, buckets and caps, see {@link ResilienceMetricsOptions}
   * @throws TypeError with everything that is wrong with the options.
   */
  static register(options: ResilienceMetricsOptions = {}): DynamicModule {
    const settings = resolveMetricsOptions(options);
    return {
      module: ResilienceMetricsModule,
      // It exports nothing: hooks of global modules run first at boot and last at the end, so that what other modules do
      // in their hooks is counted.
      global: true,
      providers: [{ provide: METRICS_SETTINGS, useValue: settings }],
    };
  }

  /** @internal */
  constructor(
    @Optional() @Inject(METRICS_SETTINGS) private readonly settings: MetricsSettings | undefined,
    @Optional() @Inject(RESILIENCE_SOURCE) private readonly source: ResilienceSource | undefined,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {}

  /** @throws Error that says what is missing. */
  async onModuleInit(): Promise<void> {
    const { source, settings = resolveMetricsOptions() } = this;
    if (source === undefined)
      throw new Error(
        'ResilienceMetricsModule needs ResilienceModule.forRoot() in the imports of the root module',
      );
    const peers = await loadPeers();
    this.requirePrometheusModule();
    const prefix = this.customPrefix(peers) + settings.prefix;
    const exemplar = settings.exemplars
      ? exemplarReader(await loadOpenTelemetry('ResilienceMetricsModule.register({ exemplars: true })'))
      : undefined;
    this.detach = attachSource(source, peers.client, { ...settings, prefix }, exemplar);
  }

  onApplicationShutdown(): void {
    this.detach?.();
  }

  private requirePrometheusModule(): void {
    if ([...this.modules.values()].some(({ metatype }) => isPrometheusModule(metatype))) return;
    throw new Error(
      'ResilienceMetricsModule needs PrometheusModule.register() of @willsoto/nestjs-prometheus among the imports of the ' +
        'application: it serves the metrics',
    );
  }

  /** `customMetricPrefix` of `PrometheusModule`, which holds for all metrics that are not its own. */
  private customPrefix({ nestPrometheus }: Peers): string {
    // The token of its options is not exported, but what its own providers ask for is.
    const { inject } = nestPrometheus.makeCounterProvider({ name: 'any', help: 'any' }) as FactoryProvider;
    const token = (inject?.[0] as OptionalFactoryDependency | undefined)?.token;
    const options = this.find<{ customMetricPrefix?: string }>(token);
    const prefix = options?.customMetricPrefix ?? '';
    return prefix === '' ? '' : `${prefix}_`;
  }

  private find<T>(token: InjectionToken | undefined): T | undefined {
    if (token === undefined) return undefined;
    try {
      return this.moduleRef.get<T | undefined>(token, { strict: false });
    } catch {
      return undefined; // it was registered without options
    }
  }
}

/** By its name, for the application may have a copy of the package of its own; subclasses included. */
function isPrometheusModule(metatype: Function | null): boolean {
  for (
    let type = metatype;
    typeof type === 'function';
    type = Object.getPrototypeOf(type) as Function | null
  ) {
    if (type.name === 'PrometheusModule') return true;
  }
  return false;
}
