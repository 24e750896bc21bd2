import { BadRequestException, HttpException } from '@nestjs/common';
import { ResilienceHttpException, toHttpException } from '../../../../lib/nest/filter/to-http-exception.js';
import { sampleList, samples, SECRET } from '../../core/errors/support.js';

describe('toHttpException', () => {
  it.each(sampleList.filter(([code]) => code !== 'CONFIG_INVALID'))(
    'makes of %s its status, a body of status, message and code, and its headers',
    (code, error) => {
      const exception = toHttpException(error);

      expect(exception).toBeInstanceOf(HttpException);
      expect(exception.getStatus()).toBe(error.statusCode);
      expect(exception.getResponse()).toEqual({ statusCode: error.statusCode, message: error.message, code });
      expect(exception).toMatchObject({ code, headers: error.headers, cause: error });
      expect(JSON.stringify(exception.getResponse())).not.toContain(SECRET);
    },
  );

  it('takes over when to come again', () => {
    const exception = toHttpException(samples.CIRCUIT_OPEN) as ResilienceHttpException;

    expect(exception.headers).toEqual({ 'retry-after': '12' });
  });

  it('gives an HttpException back as it is', () => {
    const exception = new BadRequestException();

    expect(toHttpException(exception)).toBe(exception);
  });

  it.each([
    ['a fault of the configuration', samples.CONFIG_INVALID],
    ['an error', new Error(SECRET)],
    ['a string', SECRET],
  ])('makes of %s a 500 that tells nothing', (_, error) => {
    const exception = toHttpException(error);

    expect(exception.getResponse()).toEqual({ statusCode: 500, message: 'Internal Server Error' });
    expect(exception.cause).toBe(error);
  });
});
