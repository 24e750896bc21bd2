/** Asks the application at a steady pace, whatever the answers are. */
export class Traffic {
  private readonly timers: NodeJS.Timeout[];
  private asked = 0;

  constructor(private readonly url: string) {
    this.timers = [
      this.ask(12, () => `rates/${pick(['EUR', 'GBP', 'CHF', 'JPY'], this.asked)}`),
      this.ask(20, () => `prices/${pick(['EUR', 'GBP', 'CHF', 'JPY'], this.asked)}`),
      this.ask(6, () => `invoices/${pick(['acme', 'globex', 'initech', 'umbrella'], this.asked)}`),
    ];
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  private ask(perSecond: number, path: () => string): NodeJS.Timeout {
    return setInterval(() => {
      this.asked++;
      // How it ends is for the page to show.
      fetch(`${this.url}/${path()}`)
        .then((response) => response.body?.cancel())
        .catch(() => undefined);
    }, 1000 / perSecond);
  }
}

function pick(choices: readonly string[], turn: number): string {
  return choices[turn % choices.length] as string;
}
