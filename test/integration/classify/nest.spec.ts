import * as common from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { firstValueFrom, NEVER, timeout } from 'rxjs';
import { classify } from '../../../lib/core/classify/classify.js';
import { compileMatcher } from '../../../lib/core/predicate.js';
import { thrownBy } from './support.js';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe("Nest's exceptions", () => {
  it.each([
    [common.BadRequestException, 'validation'],
    [common.UnauthorizedException, 'authentication'],
    [common.ForbiddenException, 'authorization'],
    [common.NotFoundException, 'notFound'],
    [common.GoneException, 'notFound'],
    [common.MethodNotAllowedException, 'client'],
    [common.NotAcceptableException, 'client'],
    [common.RequestTimeoutException, 'timeout'],
    [common.ConflictException, 'conflict'],
    [common.PreconditionFailedException, 'conflict'],
    [common.PayloadTooLargeException, 'client'],
    [common.UnsupportedMediaTypeException, 'client'],
    [common.UnprocessableEntityException, 'validation'],
    [common.ImATeapotException, 'client'],
    [common.MisdirectedException, 'client'],
    [common.InternalServerErrorException, 'server'],
    [common.NotImplementedException, 'server'],
    [common.BadGatewayException, 'server'],
    [common.ServiceUnavailableException, 'server'],
    [common.GatewayTimeoutException, 'timeout'],
    [common.HttpVersionNotSupportedException, 'server'],
  ])('%p is classified by its status', (Exception, category) => {
    const error = new Exception();

    expect(classify(error)).toBe(category);
    expect(compileMatcher([error.getStatus()], classify)(error)).toBe(true);
    expect(compileMatcher([Exception], classify)(error)).toBe(true);
  });

  it('a rate limit is rateLimit', () => {
    expect(classify(new common.HttpException('slow down', 429))).toBe('rateLimit');
  });

  it('a bare 500 gives way to its cause, a 502 does not', () => {
    expect(classify(new common.InternalServerErrorException('x', { cause: refused }))).toBe('network');
    expect(classify(new common.BadGatewayException('x', { cause: refused }))).toBe('server');
  });

  it.each([
    ['a text', 'it failed', 'unknown'],
    ['a status', { status: 404, message: 'no such order' }, 'notFound'],
    ['a statusCode', { statusCode: 429 }, 'rateLimit'],
    ['a code', { code: 'ECONNREFUSED' }, 'network'],
    ['an error', refused, 'network'],
    ['another exception', new common.ConflictException(), 'conflict'],
  ])('an RpcException that carries %s is %s', (_, payload, category) => {
    expect(classify(new RpcException(payload))).toBe(category);
  });

  it('what ClientProxy rejects with on the other side, a plain object, is classified alike', () => {
    expect(classify({ status: 'error', message: 'Internal server error' })).toBe('server');
    expect(classify({ status: 409, message: 'taken' })).toBe('conflict');
  });

  it("rxjs' TimeoutError is timeout", async () => {
    expect(classify(await thrownBy(() => firstValueFrom(NEVER.pipe(timeout(1)))))).toBe('timeout');
  });
});
