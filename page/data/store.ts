import { Row } from './row.js';
import type { Circuit, FiguresMessage, HappenedEvent, StateMessage, Target } from './types.js';

/** Of those that happen seldom, and as many of the others, which come by the thousand while something is down. */
const MAX_EVENTS = 500;

const isSeldom = ({ type }: HappenedEvent): boolean => /^(circuit|adminAction|config|store)/.test(type);

const isOfCircuit = (event: HappenedEvent): boolean => event.type.startsWith('circuit');

/** Everything that the page knows. Views listen to what they show. */
export class Store {
  readonly rows = new Map<string, Row>();
  /** The latest last. */
  events: HappenedEvent[] = [];
  readOnly = true;
  /** The circuit that somebody is about to change. */
  asked: Circuit | undefined;
  /** What the server's clock is ahead of this one, ms. */
  private ahead = 0;
  private at = 0;
  private readonly listeners = new Set<() => void>();

  /** By the server's clock. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** When the server said something last, by its clock. */
  get toldAt(): number {
    return this.at;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  ask(circuit: Circuit | undefined): void {
    this.asked = circuit;
    this.changed();
  }

  takeState({ at, readOnly, targets }: StateMessage): void {
    this.readOnly = readOnly;
    this.setTime(at);
    for (const id of this.rows.keys()) if (!Object.hasOwn(targets, id)) this.rows.delete(id);
    for (const [id, target] of Object.entries(targets)) this.set(id, target);
    // The events that follow are the server's to tell anew, as far as this page has not had them.
    this.changed();
  }

  takeFigures({ at, changed, gone }: FiguresMessage): void {
    this.setTime(at);
    for (const id of gone) this.rows.delete(id);
    for (const [id, target] of Object.entries(changed)) this.set(id, target);
    for (const row of this.rows.values()) {
      row.addPoint(at);
      row.onChange?.();
    }
    this.changed();
  }

  takeEvent(event: HappenedEvent): void {
    if (this.events.some(({ id }) => id === event.id)) return;
    this.keep(event);
    // Older ones are in the figures already.
    if (isOfCircuit(event) && event.at >= this.at && event.from && event.to && event.reason !== 'observing')
      this.rows.get(`b:${event.breaker}`)?.apply(event.from, event.to, event.key);
    this.changed();
  }

  private keep(event: HappenedEvent): void {
    const isAlike = (other: HappenedEvent): boolean => isSeldom(other) === isSeldom(event);
    if (this.events.filter(isAlike).length >= MAX_EVENTS)
      this.events.splice(this.events.findIndex(isAlike), 1);
    this.events.push(event);
  }

  private set(id: string, target: Target): void {
    const row = this.rows.get(id);
    if (row === undefined) this.rows.set(id, new Row(id, target));
    else row.target = target;
  }

  private setTime(at: number): void {
    this.at = at;
    this.ahead = at - Date.now();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
