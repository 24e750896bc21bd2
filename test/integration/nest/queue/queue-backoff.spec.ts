import { queueBackoff } from '../../../../lib/nest/queue/queue-backoff.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { BackoffError } from '../../../../lib/core/retry/backoff/backoff-error.js';
import type { ResilienceEvent } from '../../../../lib/core/events/event-types.js';
import { boot, closeBooted } from '../../../support/boot.js';
import { issuesOf } from '../../../support/issues-of.js';

afterEach(closeBooted);

const down = Object.assign(new Error('down'), { code: 'ECONNRESET' });
const steady = (initialDelay: number) => ({ initialDelay, jitter: false as const });

function app(delay: number, name = 'mails') {
  const policies = { [name]: { retry: { backoff: steady(delay) } } };
  return boot({ imports: [ResilienceModule.forRoot({ policies })] });
}

describe('queueBackoff', () => {
  it('looks its policy up when a job has failed', async () => {
    const strategy = queueBackoff('mails');
    const { service } = await app(100);
    expect([1, 2, 3].map((attempt) => strategy(attempt, 'custom', down, {}))).toEqual([100, 200, 400]);

    service.update('mails', { retry: { backoff: steady(5) } });
    expect(strategy(1, 'custom', down)).toBe(5);
  });

  it('gives -1, by which BullMQ fails a job for good, after a permanent error', async () => {
    await app(100);
    const missing = Object.assign(new Error('no such mail'), { status: 404 });
    expect(queueBackoff('mails')(1, 'custom', missing)).toBe(-1);
  });

  it('waits as long as retryAfter of the policy says', async () => {
    const retryAfter = (error: unknown) => (error === down ? 700 : undefined);
    const policies = { mails: { retry: { backoff: steady(100), retryAfter } } };
    await boot({ imports: [ResilienceModule.forRoot({ policies, random: () => 0 })] });
    expect(queueBackoff('mails')(1, 'custom', down)).toBe(700);
    expect(queueBackoff('mails')(1, 'custom', Object.assign(new Error(), { code: 'ECONNRESET' }))).toBe(100);
  });

  it("goes by the application's classifiers", async () => {
    const policies = { mails: { retry: { backoff: steady(100) } } };
    const classifiers = [(error: Error) => (error.message === 'odd' ? 'validation' : undefined)] as const;
    await boot({ imports: [ResilienceModule.forRoot({ policies, classifiers })] });
    expect(queueBackoff('mails')(1, 'custom', new Error('odd'))).toBe(-1);
  });

  it('draws from the chance of the application', async () => {
    const policies = { mails: { retry: { backoff: { initialDelay: 100 } } } };
    await boot({ imports: [ResilienceModule.forRoot({ policies, random: () => 0.25 })] });
    expect(queueBackoff('mails')(1, 'custom', down)).toBe(25);
  });

  it('takes the application that has the policy, the newest one of several', async () => {
    await app(1);
    const newest = await app(2);
    await app(3, 'others');
    expect(queueBackoff('mails')(1, 'custom', down)).toBe(2);

    await newest.app.close();
    expect(queueBackoff('mails')(1, 'custom', down)).toBe(1);
  });

  it('still knows the delays of a policy that is switched off', async () => {
    const policies = { mails: { enabled: false, retry: { backoff: steady(100) } } };
    await boot({ imports: [ResilienceModule.forRoot({ policies })] });
    expect(queueBackoff('mails')(1, 'custom', down)).toBe(100);
  });

  it('knows the presets before any application has started', () => {
    const delay = queueBackoff('network')(1, 'custom', down);
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThanOrEqual(2_000);
  });

  it('refuses a policy that does not exist, with the nearest name', async () => {
    await app(100);
    expect(issuesOf(() => queueBackoff('mials')(1, 'custom', down))).toEqual([
      expect.stringMatching(/there is no policy 'mials'.*'mails'/),
    ]);
  });

  it('refuses a policy without a retry', async () => {
    const policies = { mails: { timeout: '5s' } } as const;
    await boot({ imports: [ResilienceModule.forRoot({ policies })] });
    expect(issuesOf(() => queueBackoff('mails')(1, 'custom', down))).toEqual([
      'queueBackoff: policy "mails" has no retry whose delays a queue could take; give it one',
    ]);
  });

  it('tells of a predicate that fails, and takes its error for permanent', async () => {
    const events: ResilienceEvent[] = [];
    const abortOn = [
      () => {
        throw new Error('broken');
      },
    ];
    const { service } = await boot({
      imports: [ResilienceModule.forRoot({ policies: { mails: { retry: { abortOn } } } })],
    });
    service.events$.subscribe((event) => events.push(event));

    expect(queueBackoff('mails')(1, 'custom', down)).toBe(-1);
    expect(events).toEqual([expect.objectContaining({ type: 'diagnostic', source: 'abortOn' })]);
  });

  describe('of a backoff', () => {
    it('needs no application', () => {
      const strategy = queueBackoff({ type: 'linear', initialDelay: '1s', jitter: false });
      expect([1, 2, 3].map((attempt) => strategy(attempt, 'custom', down))).toEqual([1_000, 2_000, 3_000]);
      expect(strategy(1, 'custom', Object.assign(new Error('no'), { status: 400 }))).toBe(-1);
    });

    it('honours what the server says', () => {
      const busy = Object.assign(new Error('busy'), { status: 429, headers: { 'retry-after': '30' } });
      const delay = queueBackoff(steady(10))(1, 'custom', busy);
      expect(delay).toBeGreaterThanOrEqual(30_000);
      expect(delay).toBeLessThanOrEqual(31_000);
    });

    it('goes on from the delay that the job waited for last', () => {
      const strategy = queueBackoff({ initialDelay: 10, jitter: 'decorrelated', minDelay: 1 });
      const longest = Math.max(
        ...Array.from({ length: 200 }, () => strategy(2, 'custom', down, { delay: 1_000 })),
      );
      expect(longest).toBeGreaterThan(30);
      const first = Array.from({ length: 200 }, () => strategy(1, 'custom', down, { delay: 1_000 }));
      expect(Math.max(...first)).toBeLessThanOrEqual(30);
    });

    it('refuses wrong options at once', () => {
      expect(issuesOf(() => queueBackoff({ factor: 0.5 }))).toEqual([
        expect.stringMatching(/^queueBackoff\.factor: expected a number >= 1/),
      ]);
    });

    it('passes the fault of a function on', () => {
      expect(() => queueBackoff(() => NaN)(1, 'custom', down)).toThrow(BackoffError);
    });

    it.each([0, -3, NaN, 1.5])('takes %p attempts for one', (attemptsMade) => {
      expect(queueBackoff(steady(10))(attemptsMade, 'custom', down)).toBe(10);
    });
  });
});
