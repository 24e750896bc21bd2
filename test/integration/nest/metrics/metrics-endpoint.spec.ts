import 'reflect-metadata';
import { closeApps, dependency, metricsApp } from './support.js';

beforeEach(() => {
  dependency.failures = 0;
});
afterEach(closeApps);

const labels = { policy: 'payments', operation: 'PaymentsService.charge' };

describe('/metrics', () => {
  it('tells of calls, attempts and breakers, as they are scraped', async () => {
    const { get, scrape } = await metricsApp();
    dependency.failures = 1;
    await get('charge');
    await get('charge');
    expect(await scrape('calls_total', labels)).toEqual({ 'outcome=success': 2 });
    expect(await scrape('call_duration_seconds_count', labels)).toEqual({ 'outcome=success': 2 });
    expect(await scrape('retry_attempts_total', labels)).toEqual({
      'attempt=1,outcome=failure': 1,
      'attempt=1,outcome=success': 1,
      'attempt=2,outcome=success': 1,
    });
    expect(await scrape('circuit_breaker_state', { breaker: 'PaymentsService' })).toEqual({
      'state=closed': 1,
      'state=open': 0,
      'state=half_open': 0,
      'state=forced_open': 0,
      'state=disabled': 0,
      'state=observing': 0,
    });
  });

  it('shows breakers of decorated methods before their first call', async () => {
    const { scrape } = await metricsApp();
    expect(await scrape('circuit_breaker_state', { state: 'closed' })).toEqual({
      'breaker=PaymentsService': 1,
    });
  });

  it('shows an open breaker, and a half-open one once its time has come', async () => {
    const { get, scrape, clock } = await metricsApp();
    dependency.failures = 6;
    await get('charge');
    await get('charge');
    expect((await get('charge')).status).toBe(503);
    expect(await scrape('circuit_breaker_state', { state: 'open' })).toEqual({
      'breaker=PaymentsService': 1,
    });
    expect(await scrape('circuit_breaker_rejected_total')).toEqual({ 'breaker=PaymentsService': 2 });
    expect(await scrape('calls_total', labels)).toEqual({ 'outcome=failure': 1, 'outcome=rejected': 2 });
    await clock.advance('10s');
    expect(await scrape('circuit_breaker_state', { state: 'half_open' })).toEqual({
      'breaker=PaymentsService': 1,
    });
  });

  it('holds no arguments and no messages', async () => {
    const { get } = await metricsApp();
    dependency.failures = 3;
    await get('charge');
    expect((await get('metrics')).text).not.toMatch(/4242|no charge/);
  });

  it('counts attempts made elsewhere as attempts alone', async () => {
    const { scrape, service } = await metricsApp();
    service.recordAttempt({ operation: 'S3.put', policy: 'payments', attempt: 2, outcome: 'success' });
    expect(await scrape('retry_attempts_total', { operation: 'S3.put' })).toEqual({
      'policy=payments,attempt=2,outcome=success': 1,
    });
    expect(await scrape('calls_total')).toEqual({});
  });
});
