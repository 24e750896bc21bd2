import { systemRandom } from '../../../lib/core/random.js';

describe('systemRandom', () => {
  afterEach(() => jest.restoreAllMocks());

  it('draws from the platform when called', () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.25);
    expect(systemRandom()).toBe(0.25);
  });
});
