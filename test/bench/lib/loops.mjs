// Imported once for each cell, under another query: what V8 learns of one library's calls must not spoil another's.

/** Calls one after the other; the sum proves that every call succeeded. */
export async function values(call, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += await call();
  return sum;
}

/** As `values`, for calls that reject. */
export async function rejections(call, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    try {
      await call();
    } catch (error) {
      if (error !== undefined) sum++;
    }
  }
  return sum;
}

/** As `values`, for calls that tell how they ended. */
export async function refusals(call, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) if (!(await call()).ok) sum++;
  return sum;
}
