import { BreakerHandle } from '../../core/circuit-breaker/breaker-handle.js';
import type { Breaker } from '../../core/circuit-breaker/breaker.js';
import type { CircuitSnapshot } from '../../core/circuit-breaker/circuit-snapshot.js';
import type { AdminAction } from '../../core/events/event-types.js';
import { breakerSelection } from '../runtime/breaker-selection.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import type { AdminRequest } from './resilience-inspection.js';

const actions: Readonly<Record<AdminAction, (handle: BreakerHandle, ttl: { ttl?: number }) => void>> = {
  open: (handle) => handle.open(),
  close: (handle) => handle.close(),
  reset: (handle) => handle.reset(),
  forceOpen: (handle, ttl) => handle.forceOpen(ttl),
  disable: (handle, ttl) => handle.disable(ttl),
  observeOnly: (handle, ttl) => handle.observeOnly(ttl),
};

/** See `ResilienceInspection.act`. */
export function act(
  runtime: ResilienceRuntime,
  request: AdminRequest,
): readonly CircuitSnapshot[] | undefined {
  const breakers = breakerSelection(runtime, request.name, request.key).breakers;
  if (!breakers.every((breaker) => hasCircuit(breaker, request.key))) return undefined;
  return breakers.map((breaker) => change(runtime, breaker, request));
}

/** A key is somebody who has called: one that nobody knows is a slip of the pen. */
function hasCircuit(breaker: Breaker, key: string | undefined): boolean {
  return key === undefined || breaker.circuits.peek(key) !== undefined;
}

function change({ engine }: ResilienceRuntime, breaker: Breaker, request: AdminRequest): CircuitSnapshot {
  const { key, action, actor, ttlMs } = request;
  const handle = new BreakerHandle(breaker, key);
  const from = handle.snapshot().state;
  actions[action](handle, ttlMs === undefined ? {} : { ttl: ttlMs });
  const after = handle.snapshot();
  engine.events.emit({
    type: 'adminAction',
    policy: breaker.policies[0] ?? '',
    operation: breaker.name,
    at: engine.clock.epoch(),
    callId: '',
    breaker: breaker.name,
    ...(key === undefined ? {} : { key }),
    action,
    actor,
    ...(ttlMs === undefined ? {} : { ttl: ttlMs }),
    from,
    to: after.state,
  });
  return after;
}
