import { timingSafeEqual } from 'node:crypto';
import { Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';

/** What is used of a request and its answer, on Express. */
interface Exchange {
  readonly headers: { readonly authorization?: string };
  user?: { readonly username: string };
}

/**
 * Lets in who knows the token, as the password of any user: browsers ask for it, and send it with every request of the
 * page from then on. An application with a login of its own uses the guard of that instead.
 */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly config: ConfigService) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<Exchange>();
    const [username = '', password = ''] = credentials(request.headers.authorization);
    if (isSame(password, this.config.getOrThrow<string>('DASHBOARD_TOKEN'))) {
      request.user = { username };
      return true;
    }
    http
      .getResponse<{ setHeader(name: string, value: string): void }>()
      .setHeader('www-authenticate', 'Basic realm="operations"');
    throw new UnauthorizedException();
  }
}

function credentials(header = ''): string[] {
  const [, encoded = ''] = /^Basic (\S+)$/.exec(header) ?? [];
  return Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s);
}

/** Takes the same time whatever is wrong. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
