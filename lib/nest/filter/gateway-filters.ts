import { EXCEPTION_FILTERS, GATEWAY } from '../interceptor/nest-metadata.js';
import { ResilienceExceptionFilter } from './resilience-exception.filter.js';

const gatewayFilter = new ResilienceExceptionFilter();

/**
 * Binds the filter of `httpErrors` to a gateway, because Nest binds no global filter to those: outermost, as a global one
 * would be.
 *
 * To be done before Nest reads the filters of its gateways, and where `httpErrors` is off, too: the class may belong to
 * several applications of one process, and each of them keeps what it read.
 */
export function prepareGateway(type: Function, httpErrors: boolean): void {
  if (!Reflect.hasMetadata(GATEWAY, type)) return;
  const bound = (Reflect.getMetadata(EXCEPTION_FILTERS, type) ?? []) as readonly unknown[];
  const others = bound.filter((filter) => filter !== gatewayFilter);
  // Nest asks the last one first.
  const wanted = httpErrors ? [gatewayFilter, ...others] : others;
  if (wanted.length !== bound.length) Reflect.defineMetadata(EXCEPTION_FILTERS, wanted, type);
}
