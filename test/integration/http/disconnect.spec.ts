import { request } from 'node:http';
import { Controller, Get, Logger, Req, Res } from '@nestjs/common';
import { NEVER, type Observable } from 'rxjs';
import type { AttemptContext } from '../../../lib/core/attempt-context.js';
import { Attempt } from '../../../lib/nest/decorators/attempt.decorator.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, unavailable, until, type TestApp } from './support.js';

interface RawResponse {
  listeners(event: string): Function[];
}

const seen: { attempt?: AttemptContext; calls: number; response?: RawResponse } = {
  calls: 0,
};

const ours = (): Function[] =>
  seen.response?.listeners('close').filter(({ name }) => name === 'bound closed') ?? [];

function note(attempt: AttemptContext | undefined, response?: { raw?: RawResponse }): void {
  seen.calls++;
  if (attempt !== undefined) seen.attempt = attempt;
  if (response !== undefined) seen.response = response.raw ?? (response as RawResponse);
}

@UsePolicy('edge')
@Controller()
class SlowController {
  @Get('hangs')
  hangs(@Attempt() attempt?: AttemptContext): Promise<never> {
    note(attempt);
    return new Promise((_resolve, reject) => {
      attempt?.signal.addEventListener('abort', () => reject(attempt.signal.reason as Error));
    });
  }

  @Get('limited')
  @UsePolicy('limited')
  limited(@Attempt() attempt?: AttemptContext): Promise<never> {
    return this.hangs(attempt);
  }

  @Get('never')
  never(@Attempt() attempt?: AttemptContext): Observable<never> {
    note(attempt);
    return NEVER;
  }

  @Get('fails')
  @UsePolicy('patient')
  fails(@Attempt() attempt?: AttemptContext): never {
    note(attempt);
    throw unavailable();
  }

  @Get('answers')
  answers(
    @Req() _request: unknown,
    @Res({ passthrough: true }) response: { raw?: RawResponse },
    @Attempt() attempt?: AttemptContext,
  ): string {
    note(attempt, response);
    return `${ours().length} listener`;
  }

  @Get('sends-and-goes-on')
  async sendsAndGoesOn(@Res() response: { send(body: string): void }, @Attempt() attempt?: AttemptContext) {
    note(attempt);
    response.send('early');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const policies = {
  edge: { retry: {}, circuitBreaker: { failureThreshold: 1 } },
  limited: { timeout: { stream: { idle: '1h' } } },
  patient: { retry: { backoff: { initialDelay: '1h', maxDelay: '1h' } } },
};

afterAll(closeAll);

describe.each(platforms)("the client's disconnect on %s", (_, Adapter) => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await listen(Adapter, { policies, logging: false }, { controllers: [SlowController] });
  });
  beforeEach(() => {
    Object.assign(seen, { calls: 0, attempt: undefined, response: undefined });
    testApp.events.length = 0;
  });

  /** Sends a request, waits until `condition` holds, and hangs up. */
  async function hangUpWhen(path: string, condition: () => boolean): Promise<void> {
    const sent = request(`${testApp.url}/${path}`);
    sent.on('error', () => undefined);
    sent.end();
    await until(condition);
    sent.destroy();
  }

  const outcomes = (): unknown[] =>
    testApp.events.flatMap((event) => (event.type === 'failure' ? [event.outcome] : []));

  it.each(['hangs', 'limited'])(
    'aborts the signal of an attempt that runs, and the call: %s',
    async (path) => {
      await hangUpWhen(path, () => seen.calls === 1);
      await until(() => outcomes().length === 1);

      expect(seen.attempt?.signal.aborted).toBe(true);
      expect(outcomes()).toEqual(['aborted']);
      expect(seen.calls).toBe(1);
    },
  );

  it('ends a handler whose Observable gives nothing', async () => {
    await hangUpWhen('never', () => seen.calls === 1);
    await until(() => outcomes().length === 1);

    expect(outcomes()).toEqual(['aborted']);
  });

  it('ends a backoff at once and makes no further attempt', async () => {
    await hangUpWhen('fails', () => testApp.events.some(({ type }) => type === 'retry'));
    await until(() => outcomes().length === 1);

    expect(outcomes()).toEqual(['aborted']);
    expect(seen.calls).toBe(1);
  });

  it('counts as aborted, and as no failure of the breaker', async () => {
    const before = testApp.service.stats('edge').aborted;
    await hangUpWhen('hangs', () => seen.calls === 1);
    await until(() => outcomes().length === 1);

    expect(testApp.service.stats('edge').aborted).toBe(before + 1);
    expect(testApp.service.breaker('SlowController.hangs').snapshot()).toMatchObject({
      state: 'closed',
      failures: 0,
    });
  });

  it('leaves no line in the log', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error');
    await hangUpWhen('hangs', () => seen.calls === 1);
    await until(() => outcomes().length === 1);
    await new Promise((resolve) => setImmediate(resolve));

    expect(errors).not.toHaveBeenCalled();
    errors.mockRestore();
  });

  it('is listened for while the call runs, and no longer', async () => {
    const response = await fetch(`${testApp.url}/answers`);

    expect(await response.text()).toBe('1 listener');
    expect(ours()).toHaveLength(0);
    expect(seen.attempt?.signal.aborted).toBe(false);
  });

  it('is no disconnect once the response is finished, whatever the handler goes on to do', async () => {
    await (await fetch(`${testApp.url}/sends-and-goes-on`, { headers: { connection: 'close' } })).text();
    await until(() => testApp.events.some(({ type }) => type === 'success'));

    expect(outcomes()).toEqual([]);
  });
});
