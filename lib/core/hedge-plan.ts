import type { HedgeSettings } from './hedge/hedge-options.js';
import type { SharedHedging } from './hedge/shared-hedging.js';
import type { KeyFunction } from './identity-options.js';
import { claimState, keyFunction, type PlanSource } from './plan-source.js';

/** Hedging under one policy, with the state that it shares by identity. */
export interface HedgePlan {
  readonly settings: HedgeSettings;
  readonly shared: SharedHedging;
  readonly key: KeyFunction | undefined;
}

/** `undefined` where the policy does not hedge. */
export function compileHedge(source: PlanSource): HedgePlan | undefined {
  const { engine, settings } = source;
  const { hedge } = settings;
  if (hedge === undefined || hedge.maxHedges === 0) return undefined;
  const { budget } = hedge;
  return {
    settings: hedge,
    shared: claimState(source, engine.hedging, budget),
    key: keyFunction(engine, budget.key ?? settings.key),
  };
}
