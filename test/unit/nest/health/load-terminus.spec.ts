import { loadTerminus } from '../../../../lib/nest/health/load-terminus.js';

function failing(error: unknown): void {
  jest.doMock('@nestjs/terminus', () => {
    throw error;
  });
}

afterEach(() => {
  jest.dontMock('@nestjs/terminus');
  jest.resetModules();
});

describe('loadTerminus', () => {
  it('gives the package', async () => {
    expect((await loadTerminus()).HealthIndicatorService).toBeDefined();
  });

  it.each([
    ['MODULE_NOT_FOUND', "Cannot find module '@nestjs/terminus'\nRequire stack:"],
    ['ERR_MODULE_NOT_FOUND', "Cannot find package '@nestjs/terminus' imported from app.js"],
  ])('says what to install where it is not there (%s)', async (code, message) => {
    const cause = Object.assign(new Error(message), { code });
    failing(cause);
    await expect(loadTerminus()).rejects.toMatchObject({
      message:
        'ResilienceHealthIndicator needs @nestjs/terminus, which is not installed: npm install @nestjs/terminus',
      cause,
    });
  });

  it.each([
    ['of a Terminus that is broken', new SyntaxError('unexpected token')],
    [
      'of a package that Terminus misses',
      Object.assign(new Error("Cannot find module 'boxen'"), { code: 'MODULE_NOT_FOUND' }),
    ],
  ])('passes on the error %s', async (_what, error) => {
    failing(error);
    await expect(loadTerminus()).rejects.toBe(error);
  });
});
