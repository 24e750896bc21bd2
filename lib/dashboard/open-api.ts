import type { Type } from '@nestjs/common';
import type { DashboardSettings } from './dashboard-options.js';
import { actionSchema, breakerSchema, circuitSchema, policySchema } from './open-api-schemas.js';

/** The optional peer; its types only. */
type Swagger = typeof import('@nestjs/swagger');

/** Describes the JSON endpoints for OpenAPI where `@nestjs/swagger` is installed; page and files are left out. */
export async function describeForOpenApi(
  controller: Type,
  { guards, readOnly }: DashboardSettings,
): Promise<void> {
  const swagger = await loadSwagger();
  if (swagger === undefined) return;
  const { ApiTags, ApiExcludeEndpoint } = swagger;
  ApiTags('resilience')(controller);
  const hidden = ['page', 'script', 'style', 'icon', ...(readOnly ? ['act'] : [])];
  for (const name of hidden) decorate(controller, name, [ApiExcludeEndpoint()]);
  const refusals = guards.length > 0 ? refusalsOf(swagger) : [];
  for (const [name, decorators] of Object.entries(descriptions(swagger)))
    decorate(controller, name, [...refusals, ...decorators]);
}

/** Nest's own guards answer 403, those that ask who comes often 401. */
function refusalsOf({ ApiResponse }: Swagger): readonly MethodDecorator[] {
  return [401, 403].map((status) => ApiResponse({ status, description: 'a guard refused' }));
}

function descriptions(swagger: Swagger): Readonly<Record<string, readonly MethodDecorator[]>> {
  const { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiResponse } = swagger;
  const answers = (status: number, description: string): MethodDecorator =>
    ApiResponse({ status, description });
  return {
    breakers: [
      ApiOperation({ summary: 'Every circuit breaker as it is now' }),
      ApiOkResponse({ description: 'one entry a circuit', schema: { type: 'array', items: breakerSchema } }),
    ],
    policies: [
      ApiOperation({ summary: 'Policies with their effective values and where each came from' }),
      ApiQuery({
        name: 'name',
        required: false,
        description: 'one policy, or one operation: `Class.method`',
      }),
      ApiOkResponse({
        description: 'one entry a policy',
        schema: { type: 'array', items: policySchema },
      }),
      answers(404, 'neither an operation nor a policy goes by the name'),
    ],
    events: [
      ApiOperation({ summary: 'What happens, as server-sent events' }),
      ApiProduces('text/event-stream'),
      ApiHeader({ name: 'last-event-id', required: false, description: 'goes on after this event' }),
      ApiOkResponse({
        description: 'events without a name are what happened, `state` and `figures` all rows',
      }),
    ],
    act: [
      ApiOperation({ summary: 'Changes a breaker by hand' }),
      ApiHeader({ name: 'x-resilience-action', required: true, description: 'any value' }),
      ApiBody({ schema: actionSchema }),
      ApiOkResponse({
        description: 'the circuits as they are now',
        schema: { type: 'array', items: circuitSchema },
      }),
      answers(400, 'everything that is wrong with the body'),
      answers(403, 'a guard refused, the header is missing, or another site made the request'),
      answers(404, 'no breaker, no policy, or no key of this name'),
      answers(429, 'too many changes in a minute'),
    ],
  };
}

function decorate(controller: Type, name: string, decorators: readonly MethodDecorator[]): void {
  const prototype = controller.prototype as object;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  for (const each of decorators) each(prototype, name, descriptor);
}

/** Absent, it is not needed; one that is there and fails to load says so where the application itself loads it. */
async function loadSwagger(): Promise<Swagger | undefined> {
  try {
    return await import('@nestjs/swagger');
  } catch {
    return undefined;
  }
}
