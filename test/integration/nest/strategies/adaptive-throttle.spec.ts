import { Injectable } from '@nestjs/common';
import { AdaptiveThrottleError } from '../../../../lib/core/errors/adaptive-throttle-error.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

@Injectable()
class Rates {
  calls = 0;

  @Resilient('rates')
  async load(): Promise<string> {
    this.calls++;
    throw Object.assign(new Error('busy'), { code: 'ECONNREFUSED' });
  }
}

describe('an adaptive throttle', () => {
  it('spares a dependency that refuses, and lets it be asked again when the window is over', async () => {
    const { get, clock, events, service } = await startApp({
      providers: [Rates],
      // With nothing accepted, the probability is n / (n + 1): from the second call on it reaches the 0.5 of the test.
      options: { policies: { rates: { adaptiveThrottle: { window: '10s' } } } },
    });
    const errors = [];
    for (let call = 0; call < 5; call++) errors.push(await rejection(get(Rates).load()));

    const refused = errors.filter((error) => error instanceof AdaptiveThrottleError);
    expect(get(Rates).calls).toBe(5 - refused.length);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'callRejected', reason: 'adaptiveThrottle' }),
    );
    expect(service.stats('rates')).toMatchObject({ calls: 5, rejections: refused.length });

    const before = get(Rates).calls;
    await clock.advance('20s');
    await rejection(get(Rates).load());
    expect(get(Rates).calls).toBe(before + 1);
  });
});
