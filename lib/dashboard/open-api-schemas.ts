// What the JSON endpoints take and answer, as OpenAPI says it.

const text = { type: 'string' } as const;
const number = { type: 'number' } as const;
const instant = { type: 'number', description: 'epoch milliseconds' } as const;
const length = { type: 'number', description: 'milliseconds' } as const;

const circuitMembers = {
  name: text,
  key: { type: 'string', description: 'of one circuit of a keyed breaker' },
  state: { type: 'string', enum: ['closed', 'open', 'halfOpen', 'forcedOpen', 'disabled', 'observing'] },
  failures: number,
  successes: number,
  failureRatio: { type: 'number', description: 'from 0 to 1; absent while nothing is recorded' },
  lastFailureAt: instant,
  lastError: { type: 'string', description: 'category of the last failure' },
  openUntil: instant,
  resetTimeout: length,
  probes: number,
  generation: number,
};

const use = {
  type: 'object',
  required: ['policy', 'operation'],
  properties: { policy: text, operation: text },
};

/** A circuit after a change. */
export const circuitSchema = {
  type: 'object',
  required: ['name', 'state', 'failures', 'successes', 'resetTimeout', 'probes', 'generation'],
  properties: circuitMembers,
};

/** A circuit with who uses it. */
export const breakerSchema = {
  ...circuitSchema,
  required: [...circuitSchema.required, 'uses'],
  properties: {
    ...circuitMembers,
    uses: { type: 'array', items: use },
    states: {
      type: 'object',
      description: 'of a keyed breaker: how many circuits are in each state',
      additionalProperties: number,
    },
  },
};

const optionSchema = {
  type: 'object',
  required: ['path', 'value', 'source'],
  properties: {
    path: text,
    value: { description: 'as it was written; functions and objects are named' },
    source: text,
    policy: { type: 'string', description: 'the policy that gave it, where it was inherited' },
  },
};

export const policySchema = {
  type: 'object',
  required: ['name', 'kind', 'options'],
  properties: {
    name: text,
    kind: { type: 'string', enum: ['policy', 'operation'] },
    options: { type: 'array', items: optionSchema },
    stats: { type: 'object', description: 'of policies alone', additionalProperties: number },
  },
};

export const actionSchema = {
  type: 'object',
  required: ['name', 'action'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', description: 'of a breaker, or of a policy for all its breakers' },
    key: text,
    action: { type: 'string', enum: ['open', 'close', 'reset', 'forceOpen', 'disable', 'observeOnly'] },
    ttl: { oneOf: [{ type: 'number' }, { type: 'string' }], description: "such as 60000 or '1h'" },
  },
};
