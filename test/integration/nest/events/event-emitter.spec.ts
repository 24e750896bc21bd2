import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import type { CircuitOpenedEvent } from '../../../../lib/core/events/event-types.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';

const policies = { stock: { circuitBreaker: { failureThreshold: 1 } } } as const;

@Injectable()
class Pager {
  readonly opened: CircuitOpenedEvent[] = [];

  @OnEvent('resilience.circuitOpened')
  onOpened(event: CircuitOpenedEvent): void {
    this.opened.push(event);
  }
}

afterEach(closeApps);

describe('the bridge to @nestjs/event-emitter', () => {
  it('hands events on by their type', async () => {
    const { service, get } = await startApp({
      imports: [EventEmitterModule.forRoot()],
      providers: [Pager],
      options: { policies, eventEmitter: true },
    });
    const successes: unknown[] = [];
    get(EventEmitter2).on('resilience.success', (event) => successes.push(event));
    await service.execute('stock', async () => 'fine');
    service.breaker('stock').open();
    expect(successes).toMatchObject([{ type: 'success', policy: 'stock' }]);
    expect(get(Pager).opened).toMatchObject([{ type: 'circuitOpened', breaker: 'stock', reason: 'manual' }]);
  });

  it('hands on those alone that are asked for', async () => {
    const { service, get } = await startApp({
      imports: [EventEmitterModule.forRoot({ wildcard: true })],
      options: { policies, eventEmitter: ['circuitOpened'] },
    });
    const types: unknown[] = [];
    get(EventEmitter2).on('resilience.*', ({ type }: { type: string }) => types.push(type));
    await service.execute('stock', async () => 'fine');
    service.breaker('stock').open();
    expect(types).toEqual(['circuitOpened']);
  });

  it('hands on nothing unless it is asked to', async () => {
    const { service, get } = await startApp({
      imports: [EventEmitterModule.forRoot()],
      providers: [Pager],
      options: { policies },
    });
    service.breaker('stock').open();
    expect(get(Pager).opened).toEqual([]);
  });

  it('harms no call when a listener there throws', async () => {
    const { service, get, logs } = await startApp({
      imports: [EventEmitterModule.forRoot()],
      options: { policies, eventEmitter: true },
    });
    get(EventEmitter2).on('resilience.success', () => {
      throw new Error('listener down');
    });
    await expect(service.execute('stock', async () => 'fine')).resolves.toBe('fine');
    expect(logs.of('warn')).toEqual(['stock: a listener of "success" failed: listener down (policy=stock)']);
  });

  it('stops the boot where there is no EventEmitter2, and says what to install', async () => {
    expect(await bootIssues({ options: { policies, eventEmitter: true } })).toEqual([
      'eventEmitter: this application has no EventEmitter2; npm install @nestjs/event-emitter and import ' +
        'EventEmitterModule.forRoot() in the root module',
    ]);
  });

  it('refuses events that do not exist', async () => {
    const eventEmitter = ['circuitBroken'] as never;
    expect(await bootIssues({ options: { policies, eventEmitter } })).toEqual([
      expect.stringMatching(/^eventEmitter\[0\]: .*circuitBroken/),
    ]);
  });
});
