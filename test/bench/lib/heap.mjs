const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Bytes that are left once all garbage is gone, buffers outside of the heap included. */
export async function liveBytes() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
