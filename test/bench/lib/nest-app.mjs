import { createRequire } from 'node:module';
import path from 'node:path';

/** Puts decorators on a member, the last one first, as TypeScript does. */
export function decorate(decorators, prototype, key) {
  let descriptor = Object.getOwnPropertyDescriptor(prototype, key);
  for (const decorator of [...decorators].reverse())
    descriptor = decorator(prototype, key, descriptor) ?? descriptor;
  Object.defineProperty(prototype, key, descriptor);
}

/** @param spec - an adapter's `nest`: where its Nest is, what it imports, and its decorators */
function buildApp(spec, options) {
  const require = createRequire(path.join(spec.root, 'package.json'));
  require('reflect-metadata');
  const common = require('@nestjs/common');
  const { imports, method, handler } = spec.load({ require, common, options });
  class BenchService {
    async plain() {
      return 1;
    }
    async retry() {
      return 1;
    }
    async full() {
      return 1;
    }
  }
  decorate(method.retry, BenchService.prototype, 'retry');
  decorate(method.full, BenchService.prototype, 'full');
  common.Injectable()(BenchService);
  const BenchController = controllerOf(common, BenchService, handler);
  class BenchModule {}
  common.Module({ imports, providers: [BenchService], controllers: [BenchController] })(BenchModule);
  return { NestFactory: require('@nestjs/core').NestFactory, BenchModule, BenchService };
}

/** What every interceptor costs: the least that one may do. */
class EmptyInterceptor {
  intercept(_context, next) {
    return next.handle();
  }
}

function controllerOf(common, BenchService, handler) {
  class BenchController {
    constructor(service) {
      this.service = service;
    }
    bare() {
      return this.service.plain();
    }
    empty() {
      return this.service.plain();
    }
    protected() {
      return this.service.plain();
    }
  }
  Reflect.defineMetadata('design:paramtypes', [BenchService], BenchController);
  common.Controller()(BenchController);
  decorate([common.Get('bare')], BenchController.prototype, 'bare');
  const empty = [common.Get('empty'), common.UseInterceptors(EmptyInterceptor)];
  decorate(empty, BenchController.prototype, 'empty');
  decorate([common.Get('protected'), ...handler], BenchController.prototype, 'protected');
  return BenchController;
}

/** The methods of a provider, bare and decorated. */
export async function nestMethods(spec, options) {
  const { NestFactory, BenchModule, BenchService } = buildApp(spec, options);
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: false });
  const service = app.get(BenchService);
  return { plain: () => service.plain(), retry: () => service.retry(), full: () => service.full() };
}

/** An application that listens on the machine itself; gives its port. */
export async function nestServer(spec, options) {
  const { NestFactory, BenchModule } = buildApp(spec, options);
  const app = await NestFactory.create(BenchModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer().address().port;
}
