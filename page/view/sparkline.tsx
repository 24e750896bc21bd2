/** One line or area of a small plot. */
export interface Series {
  readonly values: readonly (number | null)[];
  readonly kind: string;
  readonly area?: boolean;
}

const WIDTH = 120;
const HEIGHT = 28;

/** A plot of two minutes without axes: its figures stand beside it. */
export function Sparkline({ series, label }: { series: readonly Series[]; label: string }) {
  const top = Math.max(1e-9, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {series.map(({ values, kind, area }) => (
        <path key={kind} class={`${area ? 'area' : 'line'} ${kind}`} d={pathOf(values, top, area === true)} />
      ))}
    </svg>
  );
}

/** The latest value is at the right edge; before the first one there is nothing. */
function pathOf(values: readonly (number | null)[], top: number, area: boolean): string {
  let path = '';
  let drawn = false;
  let first = 0;
  let last = 0;
  values.forEach((value, at) => {
    if (value === null) {
      drawn = false;
      return;
    }
    const x = WIDTH - (values.length - 1 - at);
    const y = (HEIGHT - 1 - (value / top) * (HEIGHT - 3)).toFixed(1);
    if (path === '') first = x;
    path += `${drawn ? 'L' : 'M'}${x} ${y}`;
    drawn = true;
    last = x;
  });
  return area && path !== '' ? `${path}L${last} ${HEIGHT}L${first} ${HEIGHT}Z` : path;
}
