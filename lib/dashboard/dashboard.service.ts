import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  HttpStatus,
  Inject,
  Injectable,
  NotFoundException,
  Optional,
  ServiceUnavailableException,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import type { CircuitSnapshot } from '../core/circuit-breaker/circuit-snapshot.js';
import { isResilienceError } from '../core/errors/is-resilience-error.js';
import { describeValue } from '../core/options/describe-value.js';
import { TokenBucket } from '../core/rate-limiter/token-bucket.js';
import {
  RESILIENCE_INSPECTION,
  type ResilienceInspection,
} from '../nest/inspection/resilience-inspection.js';
import { DASHBOARD_SETTINGS } from './dashboard.constants.js';
import type { DashboardSettings } from './dashboard-options.js';
import { readActionBody, type ActionBody } from './http/action-body.js';
import { actorOf } from './http/actor-of.js';
import { breakersBody, type ShownCircuit } from './http/breakers-body.js';
import { policiesBody, policyBody, type ShownPolicy } from './http/policies-body.js';
import type { Reply } from './http/reply.js';
import { LiveFeed } from './live/live-feed.js';
import type { RawResponse } from './live/sse-client.js';

/** Changes that are taken in a minute, from all who make them together. */
export const MAX_ACTIONS_PER_MINUTE = 60;

/** Either will do: no form and no other site's script sends them without asking. */
const ACTION_HEADERS = ['x-resilience-action', 'x-requested-with'];

/** What is used of a request, of Express or Fastify. */
export interface DashboardRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
}

/** What the endpoints do, whatever HTTP server they are on. */
@Injectable()
export class DashboardService implements BeforeApplicationShutdown {
  private readonly inspection: ResilienceInspection;
  private readonly feed: LiveFeed;
  private readonly actions = new TokenBucket({
    limit: MAX_ACTIONS_PER_MINUTE,
    intervalMs: 60_000,
    burst: MAX_ACTIONS_PER_MINUTE,
  });

  constructor(
    @Inject(DASHBOARD_SETTINGS) private readonly settings: DashboardSettings,
    @Optional() @Inject(RESILIENCE_INSPECTION) inspection: ResilienceInspection | undefined,
  ) {
    if (inspection === undefined)
      throw new Error(
        'ResilienceDashboardModule needs ResilienceModule.forRoot() in the imports of the root module',
      );
    this.inspection = inspection;
    this.feed = new LiveFeed(inspection, { readOnly: settings.readOnly });
  }

  /** Ends what would keep the server from closing: the connections of all who watch. */
  beforeApplicationShutdown(): void {
    this.feed.end();
  }

  breakers(): readonly ShownCircuit[] {
    return breakersBody(this.inspection);
  }

  /** @throws NotFoundException for a name that is neither an operation nor a policy, with the nearest. */
  policies(name: string | undefined): readonly ShownPolicy[] {
    if (name === undefined) return policiesBody(this.inspection);
    return found(() => [policyBody(this.inspection, name)]);
  }

  /** @throws ServiceUnavailableException when the application is about to end. */
  refuseLateWatchers(): void {
    if (this.feed.isEnded) throw new ServiceUnavailableException('the application is about to end');
  }

  watch(response: RawResponse, lastEventId: string | undefined): void {
    this.feed.connect(response, lastEventId);
  }

  /**
   * @throws ForbiddenException where nothing may be changed, or for a request that another site may have caused.
   * @throws HttpException 429 when there were too many; the reply says when to come back.
   * @throws BadRequestException with everything that is wrong with the body.
   * @throws NotFoundException for a name that is no breaker and no policy with one, with the nearest, and for an unknown key.
   */
  act(request: DashboardRequest, reply: Reply): readonly CircuitSnapshot[] {
    this.refuseForgery(request);
    this.refuseFlood(reply);
    const { ttlMs, key, ...body } = valid(request.body);
    const circuits = found(() =>
      this.inspection.act({
        ...body,
        actor: actorOf(request, this.settings),
        ...(key !== undefined && { key }),
        ...(ttlMs !== undefined && { ttlMs }),
      }),
    );
    if (circuits !== undefined) return circuits;
    throw new NotFoundException(
      `no call with the key ${describeValue(key)} has come to ${describeValue(body.name)}, or it was long ago`,
    );
  }

  private refuseForgery({ headers }: DashboardRequest): void {
    if (this.settings.readOnly)
      throw new ForbiddenException(
        'breakers can only be looked at here; ResilienceDashboardModule.register({ readOnly: false }) lets them be changed',
      );
    if (ACTION_HEADERS.every((name) => headers[name] === undefined))
      throw new ForbiddenException(
        'the header x-resilience-action: 1 is missing, without which another site could have made the request',
      );
    const site = headers['sec-fetch-site'];
    if (site === 'cross-site' || site === 'same-site')
      throw new ForbiddenException('another site made the request; changes are taken from this page alone');
  }

  private refuseFlood(reply: Reply): void {
    const now = this.inspection.clock.now();
    if (this.actions.tryTake(now)) return;
    const seconds = Math.ceil((this.actions.freeAt(now, 0) - now) / 1000);
    reply.header('retry-after', String(seconds));
    throw new HttpException(
      `more than ${MAX_ACTIONS_PER_MINUTE} changes in a minute; the next one is taken in ${seconds} s`,
      HttpStatus.TOO_MANY_REQUESTS,
    );
  }
}

function valid(body: unknown): ActionBody {
  try {
    return readActionBody(body);
  } catch (error) {
    if (isResilienceError(error, 'CONFIG_INVALID')) throw new BadRequestException([...error.issues]);
    throw error;
  }
}

function found<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (isResilienceError(error, 'CONFIG_INVALID')) throw new NotFoundException(error.issues.join('; '));
    throw error;
  }
}
