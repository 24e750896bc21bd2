import { Injectable } from '@nestjs/common';
import { RateLimitedError } from '../../../../lib/core/errors/rate-limited-error.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { RateLimit } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection, watched } from '../../../support/virtual-policy.js';

afterEach(closeApps);

/** How many of so many calls at once were answered; the others must have been refused by the limiter. */
async function answered(calls: number, call: () => Promise<unknown>): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: calls }, call));
  const refused = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  for (const error of refused) expect(error).toBeInstanceOf(RateLimitedError);
  return calls - refused.length;
}

describe('@RateLimit on methods without a policy', () => {
  @Injectable()
  class Mails {
    @RateLimit({ limit: 2, interval: '10s' })
    async send(): Promise<string> {
      return 'sent';
    }

    @RateLimit({ limit: 5, interval: '1m' })
    async list(): Promise<string> {
      return 'listed';
    }

    @RateLimit({ name: 'smtp', limit: 3 })
    async verify(): Promise<string> {
      return 'verified';
    }

    @RateLimit({ name: 'smtp' })
    async bounce(): Promise<string> {
      return 'bounced';
    }
  }

  it('lets so many calls begin, and tells the others when to come again', async () => {
    const { get, clock } = await startApp([Mails]);
    expect(await answered(5, () => get(Mails).send())).toBe(2);

    expect(await rejection(get(Mails).send())).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: 5000,
      operation: 'Mails.send',
      statusCode: 429,
      headers: { 'retry-after': '5' },
    });
    await clock.advance('5s');
    await expect(get(Mails).send()).resolves.toBe('sent');
  });

  it('gives each method a limit of its own, unless it is named', async () => {
    const { get } = await startApp([Mails]);
    expect(await answered(9, () => get(Mails).send())).toBe(2);
    expect(await answered(9, () => get(Mails).list())).toBe(5);
    expect(await answered(2, () => get(Mails).verify())).toBe(2);
    expect(await answered(2, () => get(Mails).bounce())).toBe(1);
  });
});

describe('@RateLimit on a class', () => {
  @RateLimit({ limit: 3, scope: 'service' })
  @Injectable()
  class Search {
    async find(): Promise<number> {
      return 1;
    }

    async suggest(): Promise<number> {
      return 1;
    }
  }

  it('is one for all its methods with scope: service', async () => {
    const { get } = await startApp([Search]);
    expect(await answered(2, () => get(Search).find())).toBe(2);
    expect(await answered(2, () => get(Search).suggest())).toBe(1);
  });
});

describe('a rate limit with a policy', () => {
  const policies = {
    maps: { rateLimiter: { limit: 4 } },
    weather: { retry: { maxAttempts: 2, backoff: noBackoff } },
  };

  @Injectable()
  class Places {
    calls = 0;

    @Resilient('maps')
    async find(): Promise<number> {
      return 1;
    }

    @Resilient('maps')
    async route(): Promise<number> {
      return 1;
    }

    @Resilient('maps', { rateLimiter: { scope: 'operation', limit: 1 } })
    async street(): Promise<number> {
      return 1;
    }

    @RateLimit({ limit: 1, maxWait: '1s' })
    @Retryable('weather')
    async forecast(): Promise<string> {
      this.calls++;
      if (this.calls === 1) throw Object.assign(new Error('down'), { code: 'ECONNRESET' });
      return 'sun';
    }
  }

  const start = (operations = {}) => startApp({ providers: [Places], options: { policies, operations } });

  it('is one for all operations of the policy, calls by hand included', async () => {
    const { get, service } = await start();
    expect(await answered(2, () => get(Places).find())).toBe(2);
    expect(await answered(1, () => service.execute('maps', async () => 1, { operation: 'by.hand' }))).toBe(1);
    expect(await answered(5, () => get(Places).route())).toBe(1);
    expect(await answered(5, () => get(Places).street())).toBe(1);
  });

  it('obeys the options of its operation', async () => {
    const { get } = await start({ 'Places.route': { rateLimiter: false } });
    expect(await answered(4, () => get(Places).find())).toBe(4);
    expect(await answered(9, () => get(Places).route())).toBe(9);
  });

  it('takes a token for each attempt, and lets a retry wait for its own', async () => {
    const { get, clock } = await start();
    const call = watched(get(Places).forecast());
    await clock.advance(999);
    expect([get(Places).calls, call.settled]).toEqual([1, false]);
    await clock.advance(1);
    expect([get(Places).calls, call.value]).toEqual([2, 'sun']);
  });
});

describe('a rate limit that is joined by its name', () => {
  it('holds for the policy that joins, though it is called before the one that gives the limit', async () => {
    const policies = {
      joiner: { rateLimiter: { name: 'smtp' } },
      definer: { rateLimiter: { name: 'smtp', limit: 3 } },
    };
    const { service } = await startApp({ options: { policies } });

    expect(await answered(5, () => service.execute('joiner', async () => 'sent'))).toBe(3);
    expect(await answered(1, () => service.execute('definer', async () => 'sent'))).toBe(0);
    service.update('joiner', { rateLimiter: { name: 'smtp', maxWait: '1h' } });
    const waits = watched(service.execute('joiner', async () => 'sent'));
    await Promise.resolve();
    expect(waits.settled).toBe(false);
  });

  it('fails the boot where nobody gives it', async () => {
    @Injectable()
    class Mails {
      @RateLimit({ name: 'smtp' })
      async send(): Promise<string> {
        return 'sent';
      }
    }
    const policies = { sms: { rateLimiter: { name: 'sms' } } };

    expect(await bootIssues({ providers: [Mails], options: { policies } })).toEqual([
      'rate limiter "smtp": no policy gives its limit; those in use only join it by name, so give one of them `limit`',
      'rate limiter "sms": no policy gives its limit; those in use only join it by name, so give one of them `limit`',
    ]);
  });
});

describe('a key', () => {
  @Injectable()
  class Webhooks {
    @RateLimit({ limit: 1, key: (_event: unknown, host: string) => host })
    async post(_event: unknown, _host: string): Promise<string> {
      return 'posted';
    }

    @RateLimit({ limit: 1, key: 'host' })
    async ping(_event: unknown, _host: string): Promise<string> {
      return 'pong';
    }
  }

  it.each(['post', 'ping'] as const)('divides a limit by what %s is called with', async (method) => {
    const { get } = await startApp({
      providers: [Webhooks],
      options: { keys: { host: (_event: unknown, host: string) => host } },
    });
    expect(await answered(3, () => get(Webhooks)[method]({}, 'a.example'))).toBe(1);
    expect(await answered(3, () => get(Webhooks)[method]({}, 'b.example'))).toBe(1);
  });
});
