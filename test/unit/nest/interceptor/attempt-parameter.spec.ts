import 'reflect-metadata';
import { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { Attempt } from '../../../../lib/nest/decorators/attempt.decorator.js';
import { fillAttempts } from '../../../../lib/nest/interceptor/attempt-parameter.js';
import { ROUTE_ARGUMENTS } from '../../../../lib/nest/interceptor/nest-metadata.js';

/** Stands for the decorators of a transport's own package. */
function Mark(metadata: Readonly<Record<string, unknown>>): MethodDecorator {
  return (_target, _key, descriptor) => {
    for (const [key, value] of Object.entries(metadata))
      Reflect.defineMetadata(key, value, descriptor.value as object);
  };
}

class Handlers {
  @Mark({ 'websockets:message_mapping': true })
  socket(_client: unknown, _data: unknown, @Attempt() attempt?: AttemptContext): unknown {
    return attempt;
  }

  @Mark({ 'microservices:pattern': ['orders'] })
  message(_data: unknown, @Attempt() attempt?: AttemptContext): unknown {
    return attempt;
  }

  @Mark({ 'microservices:pattern': ['orders'], 'microservices:transport': 4 })
  grpc(_data: unknown, _metadata: unknown, _call: unknown, @Attempt() attempt?: AttemptContext): unknown {
    return attempt;
  }

  @Mark({ 'microservices:pattern': ['orders'] })
  alone(@Attempt() attempt?: AttemptContext): unknown {
    return attempt;
  }
}

/** Kind, as Nest numbers it for the transport, and place of each parameter that Nest fills. */
function filled(key: string): string[] {
  const parameters = Reflect.getMetadata(ROUTE_ARGUMENTS, Handlers, key) as Record<string, unknown>;
  return Object.keys(parameters).map((name) => name.replace(/^.*__customRouteArgs__/, 'attempt'));
}

describe('a handler without decorators on its other parameters', () => {
  beforeAll(() => fillAttempts(Handlers));

  it.each([
    ['socket', ['0:0', '3:1', 'attempt:2']],
    ['message', ['3:0', 'attempt:1']],
    ['grpc', ['3:0', '6:1', '9:2', 'attempt:3']],
    ['alone', ['attempt:0']],
  ])('of the kind "%s" keeps what Nest fills by their place', (key, parameters) => {
    expect(filled(key)).toEqual(parameters);
  });
});
