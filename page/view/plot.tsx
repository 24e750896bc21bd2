import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { SECONDS, type Point, type Row } from '../data/row.js';

/** Label, name of its colour, and what it shows of a second. */
type Line = readonly [label: string, colour: string, read: (point: Point) => number | null];

interface PlotProps {
  readonly title: string;
  readonly row: Row;
  readonly lines: readonly Line[];
}

const HEIGHT = 170;

/** A plot with axes and a cursor, of two minutes. */
export function Plot({ title, row, lines }: PlotProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const made = new uPlot(optionsOf(element, lines), dataOf(row, lines), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [row]);
  useEffect(() => show(plot.current, dataOf(row, lines)));
  return (
    <section class="plot" aria-label={`${title}, the last two minutes`}>
      <h3>{title}</h3>
      <div ref={holder} />
    </section>
  );
}

/** Without a pointer on it the legend tells the latest: phones and keyboards have none. */
function show(plot: uPlot | undefined, data: uPlot.AlignedData): void {
  plot?.setData(data);
  if (typeof plot?.cursor.idx !== 'number') plot?.setLegend({ idx: data[0].length - 1 });
}

function dataOf(row: Row, lines: readonly Line[]): uPlot.AlignedData {
  const times = row.points.map(({ at }) => at / 1000);
  return [times, ...lines.map(([, , read]) => row.points.map(read))];
}

function optionsOf(element: HTMLElement, lines: readonly Line[]): uPlot.Options {
  // Asked for at each drawing, for the theme may change; a canvas knows no variables, so an element resolves them.
  const colour = (name: string) => (): string => {
    element.style.color = `var(--${name})`;
    return getComputedStyle(element).color;
  };
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
    font: '11px system-ui',
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    // Two minutes, be they full or not.
    scales: {
      x: { range: (_plot, _min, max) => [max - SECONDS, max] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] },
    },
    axes: [
      {
        ...axis,
        values: (_plot, splits) =>
          splits.map((at) => new Date(at * 1000).toLocaleTimeString(undefined, { hour12: false })),
        space: 80,
      },
      { ...axis, size: 46 },
    ],
    series: [
      {
        value: (_plot, at) =>
          typeof at !== 'number' ? '–' : new Date(at * 1000).toLocaleTimeString(undefined, { hour12: false }),
      },
      ...lines.map(([label, name]) => ({
        label,
        value: (_plot: uPlot, shown: number | null) => (shown === null ? '–' : String(shown)),
        stroke: colour(`plot-${name}`),
        width: 1.5,
        points: { show: false },
      })),
    ],
  };
}
