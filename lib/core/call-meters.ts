import type { CallMeter, CallMeterFactory } from './events/call-meter.js';

/** The meter of an operation that all of these factories measure; `null` where there are none. */
export function meterOf(
  factories: readonly CallMeterFactory[],
  policy: string,
  operation: string,
): CallMeter | null {
  const [first, ...others] = factories.map((make) => make(policy, operation));
  if (first === undefined) return null;
  return others.length === 0 ? first : new EveryMeter([first, ...others]);
}

/** Tells several meters the same. */
class EveryMeter implements CallMeter {
  constructor(private readonly meters: readonly CallMeter[]) {}

  succeeded(...told: Parameters<CallMeter['succeeded']>): void {
    for (const meter of this.meters) meter.succeeded(...told);
  }

  ended(...told: Parameters<CallMeter['ended']>): void {
    for (const meter of this.meters) meter.ended(...told);
  }

  attempted(...told: Parameters<CallMeter['attempted']>): void {
    for (const meter of this.meters) meter.attempted(...told);
  }

  refused(...told: Parameters<CallMeter['refused']>): void {
    for (const meter of this.meters) meter.refused(...told);
  }

  fellBack(...told: Parameters<CallMeter['fellBack']>): void {
    for (const meter of this.meters) meter.fellBack(...told);
  }
}
