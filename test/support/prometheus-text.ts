/** One line of what Prometheus scrapes. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\.)*)"(?:,|$)/g;

/** The text format, read strictly: whatever is no comment must be a series. */
export function parsePrometheus(text: string): Series[] {
  return text
    .split('\n')
    .filter((each) => each !== '' && !each.startsWith('#'))
    .map((each) => {
      const [, name, labels = '', value] = line.exec(each) ?? [];
      if (name === undefined) throw new SyntaxError(`no series: ${JSON.stringify(each)}`);
      const pairs = [...labels.matchAll(label)].map(
        ([, key = '', raw = '']) => [key, unescape(raw)] as const,
      );
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

/** The series of one metric whose labels include these, as `label=value,… → number`, without the labels asked for. */
export function seriesOf(
  all: readonly Series[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Record<string, number> {
  const asked = Object.entries(labels);
  return Object.fromEntries(
    all
      .filter((each) => each.name === name && asked.every(([key, value]) => each.labels[key] === value))
      .map((each) => {
        const rest = Object.entries(each.labels).filter(([key]) => !(key in labels));
        return [rest.map(([key, value]) => `${key}=${value}`).join(','), each.value];
      }),
  );
}

function unescape(raw: string): string {
  return raw.replace(/\\(.)/g, (_all, character: string) => (character === 'n' ? '\n' : character));
}
