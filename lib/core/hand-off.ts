/**
 * Thrown by an adapter's operation, synchronously and in a first attempt only: the call never happened. The operation
 * turned out to give a stream, which the adapter runs as a call of its own.
 *
 * @internal
 */
export const HANDED_OFF: unique symbol = Symbol('nestjs-holdfast.handed-off');
