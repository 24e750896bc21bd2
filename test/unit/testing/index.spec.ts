import * as testing from '../../../lib/testing/index.js';
import { exportsOf } from '../../support/exports-of.js';

describe('nestjs-holdfast/testing', () => {
  it('lists every name, types apart', () => {
    const { values, types, other } = exportsOf('lib/testing/index.ts');

    expect(Object.keys(testing).sort()).toEqual(values);
    expect(values).toEqual(expect.arrayContaining(['VirtualClock', 'scripted']));
    expect(types).toEqual(expect.arrayContaining(['ScriptedOperation', 'VirtualClockOptions']));
    expect(other).toEqual([]);
  });
});
