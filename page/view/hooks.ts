import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Row } from '../data/row.js';
import type { Store } from '../data/store.js';

/** Renders again when anything changes, at most once a frame. */
export function useStore(store: Store): void {
  const [, setTurn] = useState(0);
  useEffect(() => {
    let frame = 0;
    const off = store.onChange(() => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setTurn((turn) => turn + 1);
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      off();
    };
  }, [store]);
}

const seen = new Map<Element, (isSeen: boolean) => void>();

/** One for all rows: five hundred would cost more than the rows. */
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) seen.get(target)?.(isIntersecting);
});

/** Rows render by themselves, and only while they can be seen. */
export function useRow(row: Row) {
  const element = useRef<HTMLLIElement>(null);
  const [, setTurn] = useState(0);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const render = (): void => setTurn((turn) => turn + 1);
    let points = row.points.length;
    seen.set(current, (isSeen) => {
      row.onChange = isSeen ? render : undefined;
      // What came while nobody looked; nothing has, right after it was made.
      if (isSeen && row.points.length !== points) render();
      points = row.points.length;
    });
    observer.observe(current);
    return () => {
      observer.unobserve(current);
      seen.delete(current);
      row.onChange = undefined;
    };
  }, [row]);
  return element;
}

const BATCH = 25;

/** How many of a long list are rendered: a screenful at once, the rest in pieces, so that nothing has to wait for it. */
export function useGradually(total: number): number {
  const [limit, setLimit] = useState(BATCH);
  useEffect(() => {
    if (limit >= total) return undefined;
    const timer = setTimeout(() => setLimit((now) => now + BATCH), 16);
    return () => clearTimeout(timer);
  }, [limit, total]);
  return limit;
}

/** Where rows change places the focus stays, also in browsers in which an element that is moved loses it. */
export function useKeptFocus(): void {
  const focused = document.activeElement;
  useLayoutEffect(() => {
    if (focused === document.activeElement || document.activeElement !== document.body) return;
    if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true });
  });
}
