/**
 * The garbage that a library makes is charged to it, on the main thread; the young generation has the size that it
 * reaches in a loaded server.
 */
export const NODE_FLAGS = [
  '--expose-gc',
  '--single-threaded-gc',
  '--no-flush-bytecode',
  '--min-semi-space-size=16',
  '--max-semi-space-size=16',
];
