import {
  Controller,
  Get,
  HttpCode,
  Inject,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
  VERSION_NEUTRAL,
  type Type,
} from '@nestjs/common';
import { DashboardService, type DashboardRequest } from './dashboard.service.js';
import type { DashboardSettings } from './dashboard-options.js';
import { icon, script, style } from './http/page-bundle.js';
import { pageHtml } from './http/page-html.js';
import { protectAnswer, sendJson, sendText, type Reply } from './http/reply.js';
import type { RawResponse } from './live/sse-client.js';

/** Express names the address as the browser asked for it `originalUrl`, and so does Fastify. */
interface PageRequest {
  readonly originalUrl: string;
}

/** Fastify's answer, which has Node's own inside; Express' is Node's own. */
interface FastifyReply {
  hijack(): unknown;
  readonly raw: RawResponse;
}

/**
 * A controller for one registration: path and guards are its own.
 *
 * Answers are written through the framework's reply and not returned, so that interceptors of the application, which may
 * wrap what its own routes return, leave them as they are.
 */
export function dashboardController({ path, guards }: Pick<DashboardSettings, 'path' | 'guards'>): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseGuards(...(guards as Type[]))
  class ResilienceDashboardController {
    constructor(@Inject(DashboardService) private readonly dashboard: DashboardService) {}

    @Get()
    page(@Req() request: PageRequest, @Res() reply: Reply): void {
      sendText(protectAnswer(reply), 'text/html', pageHtml(path, request.originalUrl));
    }

    @Get('page.js')
    script(@Res() reply: Reply): void {
      sendText(protectAnswer(reply), 'text/javascript', script);
    }

    @Get('page.css')
    style(@Res() reply: Reply): void {
      sendText(protectAnswer(reply), 'text/css', style);
    }

    @Get('icon.svg')
    icon(@Res() reply: Reply): void {
      sendText(protectAnswer(reply), 'image/svg+xml', icon);
    }

    @Get('breakers')
    breakers(@Res() reply: Reply): void {
      protectAnswer(reply);
      sendJson(reply, this.dashboard.breakers());
    }

    @Get('policies')
    policies(@Query('name') name: unknown, @Res() reply: Reply): void {
      protectAnswer(reply);
      sendJson(reply, this.dashboard.policies(typeof name === 'string' ? name : undefined));
    }

    @Get('events')
    events(
      @Req() request: DashboardRequest,
      @Query('lastEventId') lastId: unknown,
      @Res() reply: Reply,
    ): void {
      protectAnswer(reply);
      this.dashboard.refuseLateWatchers();
      // Frameworks answer HEAD by this, too: nobody reads what would follow, and the answer would never end.
      if (request.method === 'HEAD') return sendText(reply, 'text/event-stream', '');
      const last = request.headers['last-event-id'] ?? lastId;
      this.dashboard.watch(rawResponse(reply), typeof last === 'string' ? last : undefined);
    }

    @Post('breakers/actions')
    @HttpCode(200)
    act(@Req() request: DashboardRequest, @Res() reply: Reply): void {
      protectAnswer(reply);
      sendJson(reply, this.dashboard.act(request, reply));
    }
  }
  return ResilienceDashboardController;
}

/** Server-sent events are written for as long as somebody watches: the framework takes no further part. */
function rawResponse(reply: Reply | FastifyReply | RawResponse): RawResponse {
  if (!('hijack' in reply)) return reply as RawResponse;
  reply.hijack();
  return reply.raw;
}
