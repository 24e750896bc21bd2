/** What a user got for one request. */
export interface Answer {
  readonly kind: 'live' | 'last known' | 'error';
  readonly milliseconds: number;
}

const currencies = ['EUR', 'GBP', 'CHF', 'JPY'];

/** A crowd that asks one endpoint at a steady pace, whether it has been answered or not. */
export class Users {
  readonly answers: Answer[] = [];
  private readonly waiting = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private asked = 0;

  constructor(
    private readonly endpoint: string,
    perSecond: number,
  ) {
    this.timer = setInterval(() => this.ask(), 1000 / perSecond);
  }

  /** Asks no more and waits for the answers under way. */
  async leave(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.waiting);
  }

  private ask(): void {
    const currency = currencies[this.asked++ % currencies.length];
    const request = this.request(`${this.endpoint}/${currency}`).finally(() => this.waiting.delete(request));
    this.waiting.add(request);
  }

  private async request(url: string): Promise<void> {
    const start = performance.now();
    const kind = await ask(url);
    this.answers.push({ kind, milliseconds: performance.now() - start });
  }
}

async function ask(url: string): Promise<Answer['kind']> {
  try {
    const response = await fetch(url);
    const body = (await response.json()) as { source?: Answer['kind'] };
    return response.ok ? (body.source ?? 'live') : 'error';
  } catch {
    return 'error'; // no answer at all is what a user calls an error, too
  }
}
