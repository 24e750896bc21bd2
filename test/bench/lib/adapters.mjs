/** The libraries, in the order of the table. */
export const NAMES = ['ours', 'cockatiel', 'opossum', 'mollitia', 'nestjs-resilience'];

export async function loadAdapter(name) {
  const { adapter } = await import(`../adapters/${name}.mjs`);
  return adapter;
}
