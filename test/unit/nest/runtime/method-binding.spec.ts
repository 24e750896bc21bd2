import 'reflect-metadata';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { classDefinition } from '../../../../lib/nest/method/method-registry.js';
import type { MethodDefinition } from '../../../../lib/nest/method/method-definition.js';
import { MethodBinding } from '../../../../lib/nest/runtime/method-binding.js';
import type { Pipeline } from '../../../../lib/core/pipeline.js';

class Payments {
  @Retryable()
  async charge(id: string): Promise<string> {
    return id;
  }

  @Retryable()
  undeclared(id: string) {
    return Promise.resolve(id);
  }
}

function bindingOf(key: 'charge' | 'undeclared') {
  const definition = classDefinition(Payments.prototype).methods.get(key) as MethodDefinition;
  const run = jest.fn((fn: (context: unknown) => unknown, _self, args) =>
    args === null ? Promise.resolve(fn({})) : Promise.resolve('ran'),
  );
  const binding = new MethodBinding(Payments, definition, `Payments.${key}`, { run } as unknown as Pipeline);
  return { binding, run, definition };
}

describe('MethodBinding', () => {
  it('of an async method hands function, instance and arguments to the pipeline, and nothing more', () => {
    const { binding, run, definition } = bindingOf('charge');
    const instance = new Payments();
    const args = ['A1'];
    const result = binding.run(instance, args);
    expect(run.mock.calls).toEqual([[definition.original, instance, args]]);
    expect(run.mock.calls[0]?.[2]).toBe(args);
    expect(result).toBe(run.mock.results[0]?.value);
  });

  it('of another method does so, too, once a call has given a promise', async () => {
    const { binding, run, definition } = bindingOf('undeclared');
    const instance = new Payments();
    await binding.run(instance, ['A1']);
    await binding.run(instance, ['A2']);
    expect(run.mock.calls[1]).toEqual([definition.original, instance, ['A2']]);
  });
});
