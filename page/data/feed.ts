import type { Store } from './store.js';
import type { FiguresMessage, HappenedEvent, StateMessage } from './types.js';

export type Connection = 'connecting' | 'live' | 'lost' | 'refused';

/** The server says something every second; after this time without, the connection is not what it seems. */
const SILENCE_MS = 5000;
const AGAIN_MS = 1500;

/** The dashboard's address, wherever proxies put it: the folder of this very script. */
export const base = new URL('.', import.meta.url);

/** Server-sent events, connected again whatever ended them. */
export class Feed {
  connection: Connection = 'connecting';
  private source: EventSource | undefined;
  private lastId: string | undefined;
  private heardAt = Date.now();

  constructor(
    private readonly store: Store,
    private readonly onChange: () => void,
  ) {
    this.connect();
    setInterval(() => this.listenForSilence(), 1000);
  }

  private connect(): void {
    this.source?.close();
    const url = new URL('events', base);
    if (this.lastId !== undefined) url.searchParams.set('lastEventId', this.lastId);
    const source = new EventSource(url);
    this.source = source;
    this.heardAt = Date.now();
    source.addEventListener('state', (message) => {
      this.heard();
      this.store.takeState(JSON.parse(message.data) as StateMessage);
    });
    source.addEventListener('figures', (message) => {
      this.heard();
      this.store.takeFigures(JSON.parse(message.data) as FiguresMessage);
    });
    // Guards are to ask again who watches; nothing is wrong.
    source.addEventListener('again', () => this.connect());
    source.onmessage = (message) => {
      this.heard();
      this.lastId = message.lastEventId;
      this.store.takeEvent({ ...(JSON.parse(message.data) as HappenedEvent), id: message.lastEventId });
    };
    source.onerror = () => {
      // The browser tries again by itself, unless the answer was no stream: a guard's, or a proxy's while the server restarts.
      if (source.readyState === EventSource.CLOSED) void this.learnWhy(source);
      else this.set('lost');
    };
  }

  private async learnWhy(gone: EventSource): Promise<void> {
    this.set((await isRefused()) ? 'refused' : 'lost');
    setTimeout(() => this.reconnect(gone), AGAIN_MS);
  }

  private reconnect(gone: EventSource): void {
    if (this.source === gone) this.connect();
  }

  private listenForSilence(): void {
    if (Date.now() - this.heardAt < SILENCE_MS) return;
    if (this.connection !== 'refused') this.set('lost');
    this.connect();
  }

  private heard(): void {
    this.heardAt = Date.now();
    this.set('live');
  }

  private set(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    this.onChange();
  }
}

/** Whether who watches has to sign in again; an `EventSource` tells no status. */
async function isRefused(): Promise<boolean> {
  try {
    const { status, type } = await fetch(new URL('icon.svg', base), {
      cache: 'no-store',
      redirect: 'manual',
    });
    return status === 401 || status === 403 || type === 'opaqueredirect';
  } catch {
    return false;
  }
}
