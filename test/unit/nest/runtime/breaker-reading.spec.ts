import type { Surround } from '../../../../lib/core/events/surround.js';
import { sourceOf } from '../../../../lib/nest/runtime/breaker-reading.js';
import { virtualRuntime } from '../../../support/virtual-runtime.js';

describe('what metrics surround invocations with', () => {
  it('is run by the one who came last, around those before, each until it ends', async () => {
    const { runtime, policy } = virtualRuntime({ policies: { bank: { retry: {} } } });
    const source = sourceOf(runtime);
    // As who surrounds calls does: otherwise a call takes the short way.
    source.events.onAny(() => undefined);
    const said: string[] = [];
    const saying =
      (name: string): Surround =>
      (_, invoke) => {
        said.push(name);
        return invoke();
      };
    const call = async (): Promise<string[]> => {
      await policy('bank').execute(async () => said.push('operation'));
      return said.splice(0);
    };

    source.surround(saying('first'));
    const end = source.surround(saying('second'));
    expect(await call()).toEqual(['second', 'first', 'operation']);
    end();
    expect(await call()).toEqual(['first', 'operation']);
  });
});
