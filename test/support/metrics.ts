import * as client from 'prom-client';
import type { ModuleOptions } from '../../lib/config/module-options.js';
import { attachSource } from '../../lib/metrics/prometheus/attach-source.js';
import {
  resolveMetricsOptions,
  type ResilienceMetricsOptions,
} from '../../lib/metrics/prometheus/metrics-options.js';
import { sourceOf } from '../../lib/nest/runtime/breaker-reading.js';
import { parsePrometheus, seriesOf } from './prometheus-text.js';
import { virtualRuntime } from './virtual-runtime.js';

/** The runtime of an application in virtual time, counted in prom-client's registry. */
export function countedRuntime(options: ModuleOptions = {}, metrics: ResilienceMetricsOptions = {}) {
  const world = virtualRuntime(options);
  const source = sourceOf(world.runtime);
  const detach = attachSource(source, client, resolveMetricsOptions(metrics));
  return { ...world, source, detach };
}

/** The series of a metric without its prefix, see {@link seriesOf}. */
export async function scrape(
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Record<string, number>> {
  return seriesOf(parsePrometheus(await client.register.metrics()), `resilience_${name}`, labels);
}

export function sum(series: Readonly<Record<string, number>>): number {
  return Object.values(series).reduce((total, each) => total + each, 0);
}
