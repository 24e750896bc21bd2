import { compilePattern, segmentsOf } from '../../../../lib/nest/interceptor/route-pattern.js';

describe('a route', () => {
  it.each([
    ['/', '/', true],
    ['/', '/api', false],
    ['/api', '/api', true],
    ['/api', '/api/', true],
    ['/api/', '/api', true],
    ['/api', '/api?full=/yes', true],
    ['/api', '/api#top', true],
    ['/api', '/apis', false],
    ['/api', '/api/orders', false],
    ['/api/*', '/api/orders', true],
    ['/api/*', '/api', false],
    ['/api/*', '/api/orders/7', false],
    ['/api/*/items', '/api/orders/items', true],
    ['/api/*/items', '/api/orders/7', false],
    ['/api/**', '/api', true],
    ['/api/**', '/api/orders/7/items', true],
    ['/api/**', '/other/api', false],
    ['/api/*/**', '/api', false],
    ['/api/*/**', '/api/orders', true],
    ['/**', '/', true],
    ['/**', '/anything/at/all', true],
    ['/Api/Orders', '/aPI/orders', true],
    ['/api/orders', '//api///orders//', true],
    ['/api/orders', '/api/%6Frders', true],
    ['/api/*', '/api/a%2Fb', true],
    ['/api/*', '/api/%E0%A4%A', true],
    ['/api/straße', '/api/stra%C3%9Fe', true],
  ])('%s and the path %s: %p', (route, path, matches) => {
    expect(compilePattern(route)(segmentsOf(path))).toBe(matches);
  });
});
