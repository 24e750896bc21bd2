import { readFeature, readNamespace } from '../../../lib/config/namespace.js';

describe('a configuration', () => {
  const source = { name: "ConfigService 'resilience'" };

  it('holds policies and operations, whatever they are', () => {
    const issues: string[] = [];
    expect(readNamespace({ policies: 5, operations: {} }, 'resilience', source, issues)).toEqual({
      policies: 5,
      operations: {},
    });
    expect(readNamespace(undefined, 'resilience', source, issues)).toEqual({});
    expect(issues).toEqual([]);
  });

  it('holds nothing else', () => {
    const issues: string[] = [];
    readNamespace({ polices: {} }, 'resilience', source, issues);
    expect(readNamespace('x', 'resilience', source, issues)).toEqual({});
    expect(issues).toEqual([
      "resilience.polices: unknown key, did you mean 'policies'?, from ConfigService 'resilience'",
      "resilience: expected an object (got 'x'), from ConfigService 'resilience'",
    ]);
  });
});

describe('the options of forFeature', () => {
  it('hold policies alone', () => {
    const issues: string[] = [];
    expect(readFeature({ policies: { pay: {} } }, { name: 'PaymentsModule' }, issues)).toEqual({
      policies: { pay: {} },
    });
    readFeature({ policies: {}, operations: {} }, { name: 'PaymentsModule' }, issues);
    expect(issues).toEqual(["operations: unknown key, known here: 'policies', from PaymentsModule"]);
  });

  it.each([[undefined], [null]])('are not %p, as of a factory that returns nothing', (options) => {
    const issues: string[] = [];
    expect(readFeature(options, { name: 'PaymentsModule' }, issues)).toEqual({});
    expect(issues).toEqual([
      `options: expected an object with policies (got ${options}), from PaymentsModule`,
    ]);
  });
});
