import ts from 'typescript';
import { CLOCK_OWNERS } from './import-table.mjs';
import { lineOf, visit } from './read-module.mjs';

const CLOCK = 'read time through the Clock handed in: clock.now(), clock.epoch() (lib/core/time/clock.ts)';
const TIMER = 'use clock.setTimer(task, delayMs) and clock.clearTimer(handle) (lib/core/time/clock.ts)';
const TURN = 'use nextTurn() (lib/core/time/system-clock.ts)';
const RANDOM = 'use the Random handed in (lib/core/random.ts)';

const GLOBALS = {
  __proto__: null,
  performance: CLOCK,
  setTimeout: TIMER,
  setInterval: TIMER,
  clearTimeout: TIMER,
  clearInterval: TIMER,
  setImmediate: TURN,
  clearImmediate: TURN,
};
const MEMBERS = {
  __proto__: null,
  'Date.now': CLOCK,
  'process.hrtime': CLOCK,
  'Math.random': RANDOM,
  'AbortSignal.timeout': TIMER,
};
const MODULES = {
  __proto__: null,
  timers: TIMER,
  'node:timers': TIMER,
  'node:timers/promises': TIMER,
  perf_hooks: CLOCK,
  'node:perf_hooks': CLOCK,
};

/**
 * Direct reads of time and randomness outside the two files that own them. `Date` as a type, `instanceof Date`,
 * `new Date(ms)` and `Date.parse` read no clock and pass.
 *
 * @returns {import('./import-checks.mjs').Finding[]}
 */
export function checkClock({ file, imports, source }) {
  if (CLOCK_OWNERS.includes(file)) return [];
  const findings = imports
    .filter(({ specifier }) => specifier in MODULES)
    .map(({ specifier, line }) => ({ file, line, what: `imports '${specifier}'`, todo: MODULES[specifier] }));
  visit(source, (node) => {
    const [what, todo] = banned(node) ?? [];
    if (what) findings.push({ file, line: lineOf(source, node), what: `direct ${what}`, todo });
  });
  return findings;
}

function banned(node) {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) return bareDate(node);
  if (ts.isPropertyAccessExpression(node)) return bannedMember(node);
  if (ts.isIdentifier(node) && node.text in GLOBALS && isReference(node))
    return [node.text, GLOBALS[node.text]];
  return undefined;
}

function bareDate(node) {
  const reads =
    node.expression.getText() === 'Date' && (ts.isCallExpression(node) || !node.arguments?.length);
  return reads ? [ts.isCallExpression(node) ? 'Date()' : 'new Date()', CLOCK] : undefined;
}

function bannedMember(node) {
  const text = node.getText().replace(/\s+/g, '');
  if (text in MEMBERS) return [text, MEMBERS[text]];
  const [, name] = /^(?:globalThis|global)\.(\w+)$/.exec(text) ?? [];
  if (name === 'Date') return [text, CLOCK];
  return name && name in GLOBALS ? [text, GLOBALS[name]] : undefined;
}

// A name that is a member, a property key or a declaration of its own is not the global.
function isReference(node) {
  const { parent } = node;
  return parent.name !== node || ts.isShorthandPropertyAssignment(parent);
}
