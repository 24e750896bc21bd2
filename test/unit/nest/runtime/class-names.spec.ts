import { mixin } from '@nestjs/common';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { UsePolicy } from '../../../../lib/nest/interceptor/use-policy.decorator.js';
import { ClassNames } from '../../../../lib/nest/runtime/class-names.js';

const named = (name: string): Function => ({ [name]: class {} })[name] as Function;

describe('ClassNames', () => {
  it('gives a class its own name', () => {
    const names = new ClassNames();
    const type = named('Client');
    names.learn([{ type, module: 'Billing' }]);
    expect(names.nameOf(type)).toBe('Client');
    expect(names.doubles).toEqual(new Map());
  });

  it('gives both classes of one name their modules', () => {
    const names = new ClassNames();
    const [first, second] = [named('Client'), named('Client')];
    names.learn([
      { type: first, module: 'Billing' },
      { type: second, module: 'Shipping' },
      { type: second, module: 'Orders' },
    ]);
    expect([names.nameOf(first), names.nameOf(second)]).toEqual(['Billing/Client', 'Shipping/Client']);
  });

  it('tells which classes their modules do not tell apart', () => {
    const names = new ClassNames();
    const [first, second] = [named('Client'), named('Client')];
    names.learn([
      { type: first, module: 'Billing' },
      { type: second, module: 'Billing' },
    ]);
    expect(names.doubles).toEqual(new Map([['Billing/Client', [first, second]]]));
  });

  it('numbers classes of one name that nobody provides, and never gives them the name of another', () => {
    const names = new ClassNames();
    const [known, first, second, other] = [named('Client'), named('Client'), named('Client'), named('Other')];
    names.learn([{ type: known, module: 'Billing' }]);
    expect([first, second, first, other].map((type) => names.nameOf(type))).toEqual([
      'Client#1',
      'Client#2',
      'Client#1',
      'Other',
    ]);
  });
});

describe('the names of mixins', () => {
  const underPolicy = <T extends Function>(type: T): T => {
    UsePolicy('edge')(type);
    return type;
  };

  const cache = (): Function => {
    class Cache {
      @Resilient('network')
      async load(): Promise<void> {}
    }
    return mixin(Cache);
  };

  const shown = (types: readonly Function[]): string[] => {
    const names = new ClassNames();
    names.learn(types.map((type) => ({ type, module: 'App' })));
    return types.map((type) => names.nameOf(type));
  };

  it('are those that they were written with, the same with each start', () => {
    class Orders {
      @UsePolicy('edge')
      load(): void {}
    }
    class Payments extends Orders {}
    expect(shown([cache(), mixin(underPolicy(class Users {})), mixin(Payments)])).toEqual([
      'Cache',
      'Users',
      'Orders',
    ]);
  });

  it('are numbered in their order where a function makes several of them', () => {
    const plain = named('Cache');
    expect(shown([cache(), cache(), cache()])).toEqual(['Cache', 'Cache#2', 'Cache#3']);
    expect(shown([cache(), plain, cache()])).toEqual(['Cache#2', 'Cache', 'Cache#3']);
  });

  it('are random where nothing is known of them', () => {
    const unknown = mixin(class {});
    expect(shown([unknown])).toEqual([unknown.name]);
  });

  it('are the same before the application is known', () => {
    const [first, second] = [cache(), cache()];
    const names = new ClassNames();
    expect([first, second, first].map((type) => names.nameOf(type))).toEqual(['Cache', 'Cache#2', 'Cache']);
  });
});
