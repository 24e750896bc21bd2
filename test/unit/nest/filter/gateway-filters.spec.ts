import { Catch, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { prepareGateway } from '../../../../lib/nest/filter/gateway-filters.js';
import { ResilienceExceptionFilter } from '../../../../lib/nest/filter/resilience-exception.filter.js';

@Catch()
class OwnFilter implements ExceptionFilter {
  catch(): void {
    // whose it is, is all that matters
  }
}

/** What Nest reads. */
const filtersOf = (type: Function): unknown => Reflect.getMetadata('__exceptionFilters__', type) as unknown;

const ours: unknown = expect.any(ResilienceExceptionFilter);

describe('prepareGateway', () => {
  it("puts the filter before the gateway's own, for Nest asks the last one first", () => {
    @WebSocketGateway()
    @UseFilters(OwnFilter)
    class Gateway {}
    prepareGateway(Gateway, true);
    prepareGateway(Gateway, true);

    expect(filtersOf(Gateway)).toEqual([ours, OwnFilter]);
  });

  it('takes it away again for an application without httpErrors', () => {
    @WebSocketGateway()
    @UseFilters(OwnFilter)
    class Gateway {}
    prepareGateway(Gateway, true);
    prepareGateway(Gateway, false);

    expect(filtersOf(Gateway)).toEqual([OwnFilter]);
  });

  it('leaves the parent of a gateway as it is', () => {
    @WebSocketGateway()
    class Parent {}
    class Child extends Parent {}
    prepareGateway(Child, true);

    expect([filtersOf(Parent), filtersOf(Child)]).toEqual([undefined, [ours]]);
  });

  it.each([true, false])('changes nothing of other classes with httpErrors: %s', (httpErrors) => {
    class Service {}
    @WebSocketGateway()
    class Gateway {}
    prepareGateway(Service, httpErrors);
    prepareGateway(Gateway, false);

    expect([filtersOf(Service), filtersOf(Gateway)]).toEqual([undefined, undefined]);
  });
});
