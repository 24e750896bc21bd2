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
