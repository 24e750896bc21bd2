import fs from 'node:fs';
import { Injectable } from '@nestjs/common';
import type { StateStore } from '../../../../lib/core/ports/state-store.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { CircuitBreaker } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { FileStateStore } from '../../../../lib/stores/file/file-state-store.js';
import { MemoryStateStore } from '../../../../lib/stores/memory/memory-state-store.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';
import { circuitRecord, ScriptedStore } from '../../../support/stores.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { rejection, virtualClock, watched } from '../../../support/virtual-policy.js';

const folder = temporaryFolder();
afterEach(closeApps);

const down = new Error('down');

@Injectable()
class Payments {
  @CircuitBreaker({ failureThreshold: 2, resetTimeout: '60s' })
  @Resilient('plain')
  async charge(): Promise<string> {
    throw down;
  }
}

const clock = virtualClock();
const policies = { plain: {}, bank: { circuitBreaker: { resetTimeout: '60s' } } };
const start = (store: StateStore) => startApp({ providers: [Payments], options: { policies, store, clock } });

describe('an application with a store', () => {
  it('goes on after a restart where it was, from its boot on', async () => {
    const path = folder.path('circuits.json');
    const first = await start(new FileStateStore({ path }));
    for (let i = 0; i < 2; i++) await rejection(first.get(Payments).charge());
    first.service.breaker('bank').forceOpen({ ttl: '1h' });
    await first.app.close();
    expect(folder.files()).toEqual(['circuits.json']);
    expect(clock.pending).toBe(0);
    await clock.advance('10s');

    const { service, get, logs, events } = await start(new FileStateStore({ path }));
    expect(service.breakers()).toMatchObject([{ name: 'Payments.charge', state: 'open' }]);
    expect(service.breaker('bank').snapshot().state).toBe('forcedOpen');
    expect(await rejection(get(Payments).charge())).toMatchObject({
      code: 'CIRCUIT_OPEN',
      retryAfter: 50_000,
    });
    expect(logs.of('log')).toContain(`2 circuits go on where file ${path} has them`);
    expect(events.filter(({ type }) => type.startsWith('circuit'))).toEqual([]);
  });

  it('writes what has changed while it runs: a process that is killed loses a quarter of a second', async () => {
    const path = folder.path('circuits.json');
    const { service } = await start(new FileStateStore({ path }));
    service.breaker('bank').open();
    await clock.advance('250ms');
    for (let i = 0; i < 1000 && !fs.existsSync(path); i++) await clock.advance(1);
    expect(JSON.parse(fs.readFileSync(path, 'utf8'))).toMatchObject({
      circuits: [{ breaker: 'bank', state: 'open' }],
    });
  });

  it('writes the state once when it closes, after it has refused further calls', async () => {
    const store = new ScriptedStore();
    const { app, service } = await start(store);
    service.breaker('bank').open();
    await app.close();
    expect([store.saved.length, store.closed]).toEqual([1, 1]);
    await app.close();
    expect([store.saved.length, store.closed]).toEqual([1, 1]);
    expect(await rejection(service.execute('bank', scripted([1])))).toMatchObject({ code: 'SHUTDOWN' });
  });

  it('says that a store fails, and that it serves again', async () => {
    const store = new ScriptedStore();
    store.failure = new Error('disk full');
    const { logs } = await start(store);
    expect(logs.of('error')).toEqual(['scripted store cannot be used; circuits go on in memory: disk full']);
    store.failure = undefined;
    await clock.advance('1s');
    expect(logs.of('log')).toContain('scripted store can be used again');
  });

  it('says which file it could not use, and where it is now', async () => {
    const path = folder.path('circuits.json');
    fs.writeFileSync(path, 'password=hunter2');
    const { logs } = await start(new FileStateStore({ path }));
    expect(logs.of('warn')).toEqual([
      expect.stringMatching(
        /circuits\.json holds no state that can be used: it is no JSON\. It is kept as .*corrupt-/,
      ),
    ]);
    expect(logs.of('warn')[0]).not.toContain('hunter2');
  });

  it('waits two seconds for it at the boot, then starts with closed circuits and takes over later', async () => {
    const store = new ScriptedStore([
      circuitRecord({
        breaker: 'bank',
        state: 'open',
        savedAt: clock.epoch(),
        until: clock.epoch() + 60_000,
      }),
    ]);
    let answer = (): void => {};
    const load = store.load.bind(store);
    store.load = async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return load();
    };
    const starting = start(store);
    const started = watched(starting);
    for (let i = 0; i < 20; i++) await nextTurn();
    await clock.advance(1999);
    expect(started.settled).toBe(false);
    await clock.advance(1);
    const { service, logs } = await starting;

    expect(service.breaker('bank').snapshot().state).toBe('closed');
    expect(logs.of('warn')).toEqual([expect.stringContaining('scripted store has not answered within 2 s')]);
    answer();
    await clock.advance(0);
    expect(service.breaker('bank').snapshot().state).toBe('open');
  });

  it('shares circuits with the one before it in the same process', async () => {
    const store = new MemoryStateStore();
    const first = await start(store);
    first.service.breaker('bank').open();
    await first.app.close();
    expect((await start(store)).service.breaker('bank').snapshot().state).toBe('open');
  });

  it('leaves the store alone where everything is switched off, and where the boot fails', async () => {
    const store = new ScriptedStore();
    await startApp({ options: { store, enabled: false } });
    await bootIssues({ options: { store, policies: { p: { retry: { maxAttempts: 0 } } } } });
    expect([store.loads, store.host]).toEqual([0, undefined]);
  });

  it('refuses what is no store', async () => {
    expect(await bootIssues({ options: { store: { load: 1 } as never } })).toEqual([
      expect.stringContaining('store: expected a store, such as new FileStateStore({ path })'),
    ]);
  });
});
