import { useEffect, useRef, useState } from 'preact/hooks';
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

/** Rows render by themselves, and only while they can be seen. */
export function useRow(row: Row) {
  const element = useRef<HTMLLIElement>(null);
  const [, setTurn] = useState(0);
  useEffect(() => {
    const render = (): void => setTurn((turn) => turn + 1);
    const observer = new IntersectionObserver(([entry]) => {
      const isSeen = entry?.isIntersecting === true;
      row.onChange = isSeen ? render : undefined;
      if (isSeen) render();
    });
    if (element.current !== null) observer.observe(element.current);
    return () => {
      observer.disconnect();
      row.onChange = undefined;
    };
  }, [row]);
  return element;
}

/** How many of a long list are rendered: a screenful at once, the rest in pieces, so that nothing has to wait for it. */
export function useGradually(total: number): number {
  const [limit, setLimit] = useState(40);
  useEffect(() => {
    if (limit >= total) return undefined;
    const timer = setTimeout(() => setLimit((now) => now + 40), 16);
    return () => clearTimeout(timer);
  }, [limit, total]);
  return limit;
}
