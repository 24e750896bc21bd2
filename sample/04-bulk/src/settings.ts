/** A number from the environment, or the default. */
function numberFrom(variable: string, otherwise: number, isValid: (value: number) => boolean): number {
  const text = process.env[variable];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (isValid(value)) return value;
  throw new Error(`${variable}: not a number that makes sense here (got ${JSON.stringify(text)})`);
}

const isCount = (value: number): boolean => Number.isInteger(value) && value > 0;

export const records = numberFrom('RECORDS', 1000, isCount);
export const concurrency = numberFrom('CONCURRENCY', 20, isCount);
export const successThreshold = numberFrom('SUCCESS_THRESHOLD', 0.95, (value) => value > 0 && value <= 1);
