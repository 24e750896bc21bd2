import type { PolicySettings } from '../../../core/policy-options.js';

/**
 * Looks for one unsafe or useless composition: what is so, with the numbers, and what to do about it; `undefined` where
 * there is nothing to say. Pure: nothing but the settings decides.
 */
export type PolicyRule = (settings: PolicySettings) => string | undefined;
