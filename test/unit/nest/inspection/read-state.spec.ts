import { inspectBreakers, inspectBulkheads } from '../../../../lib/nest/inspection/read-state.js';
import { virtualRuntime } from '../../../support/virtual-runtime.js';
import { rejection } from '../../../support/virtual-policy.js';

describe('what a page reads of an application', () => {
  it('tells the limit of a bulkhead before its first call, and what it holds from then on', async () => {
    const { runtime, policy } = virtualRuntime({ policies: { bank: { bulkhead: { maxConcurrent: 3 } } } });
    policy('bank').prepare('bank');
    expect(inspectBulkheads(runtime)).toMatchObject([{ name: 'bank', limit: 3, inFlight: 0, queued: 0 }]);

    const seen = await policy('bank').execute(async () => inspectBulkheads(runtime));
    expect(seen).toMatchObject([{ name: 'bank', limit: 3, inFlight: 1, queued: 0 }]);
  });

  it('tells the circuit of calls without a key among keys only where it is not closed', async () => {
    const { runtime, policy } = virtualRuntime({
      policies: { bank: { circuitBreaker: { failureThreshold: 1 } } },
    });
    const keys = (): unknown[] =>
      inspectBreakers(runtime, 10).flatMap((one) => one.circuits.map(({ key }) => key));
    const bank = policy('bank');
    await bank.execute(async () => 'fine');
    expect(keys()).toEqual([undefined]);
    await bank.execute(async () => 'fine', { key: 'a' });
    expect(keys()).toEqual(['a']);
    await rejection(bank.execute(() => Promise.reject(new Error('down'))));
    expect(keys()).toEqual([undefined, 'a']);
  });
});
