import { Logger } from '@nestjs/common';
import type { LineLogger } from '../../../../lib/config/module-options.js';
import type { DiagnosticEvent } from '../../../../lib/core/events/event-types.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { LineWriter } from '../../../../lib/nest/logging/line-writer.js';

const event: DiagnosticEvent = {
  type: 'diagnostic',
  policy: '',
  operation: '',
  at: 0,
  callId: '',
  source: 'test',
  message: 'x',
};
const levels = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;

/** Lines that reached Nest's logger. */
function nestLines(): string[] {
  const lines: string[] = [];
  for (const level of levels)
    jest.spyOn(Logger.prototype, level).mockImplementation((...args: unknown[]) => {
      lines.push(`${level} ${String(args[0])}`);
    });
  return lines;
}

function lineLogger<T extends Partial<LineLogger>>(more: T) {
  return { log: jest.fn(), error: jest.fn(), warn: jest.fn(), ...more };
}

afterEach(() => jest.restoreAllMocks());

describe('LineWriter', () => {
  it("writes to Nest's logger by default", () => {
    const lines = nestLines();
    const writer = new LineWriter(undefined);
    for (const level of levels) writer.write(level, 'a line');
    writer.writeEvent('warn', event, 'an event');
    expect(lines).toEqual([...levels.map((level) => `${level} a line`), 'warn an event']);
  });

  it('writes nothing with false', () => {
    const lines = nestLines();
    const writer = new LineWriter(false);
    writer.write('error', 'a line');
    writer.writeEvent('error', event, 'an event');
    expect(lines).toEqual([]);
  });

  it('gives events to a function, and other lines to Nest', () => {
    const lines = nestLines();
    const logger = jest.fn();
    const writer = new LineWriter(logger);
    writer.write('log', 'at boot');
    writer.writeEvent('warn', event, 'an event');
    expect(lines).toEqual(['log at boot']);
    expect(logger.mock.calls).toEqual([[event, 'an event']]);
  });

  it("calls a logger as Nest's Logger does, with the context", () => {
    const logger = lineLogger({ debug: jest.fn(), verbose: jest.fn(), fatal: jest.fn() });
    const writer = new LineWriter(logger);
    for (const level of levels) writer.write(level, 'a line');
    expect(logger.error.mock.calls).toEqual([['a line', undefined, 'Resilience']]);
    for (const level of ['fatal', 'warn', 'log', 'debug', 'verbose'] as const)
      expect(logger[level]).toHaveBeenCalledWith('a line', 'Resilience');
  });

  it("leaves its context to a Logger of Nest's that has one", () => {
    const lines: unknown[][] = [];
    const base = lineLogger({});
    for (const level of ['log', 'warn', 'error'] as const)
      base[level].mockImplementation((...args: unknown[]) => lines.push(args));
    Logger.overrideLogger(base);
    for (const logger of [new Logger('Payments'), new Logger()]) {
      const writer = new LineWriter(logger);
      for (const level of ['log', 'error'] as const) writer.write(level, 'a line');
    }
    Logger.overrideLogger(false);

    expect(lines).toEqual([
      ['a line', 'Payments'],
      ['a line', undefined, 'Payments'],
      ['a line', 'Resilience'],
      ['a line', undefined, 'Resilience'],
    ]);
  });

  it('says fatal lines at error and no debug lines where the logger has no such methods', () => {
    const logger = lineLogger({});
    const writer = new LineWriter(logger);
    for (const level of ['fatal', 'debug', 'verbose'] as const) writer.write(level, level);
    expect(logger.error.mock.calls).toEqual([['fatal', undefined, 'Resilience']]);
    expect(logger.log).not.toHaveBeenCalled();
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('disk full'))],
  ])('tells once, through Nest, of a logger that %s', async (_what, failing) => {
    const lines = nestLines();
    const writer = new LineWriter(lineLogger({ warn: failing }));
    writer.write('warn', 'one');
    writer.writeEvent('warn', event, 'two');
    const function_ = new LineWriter(failing as () => void);
    function_.writeEvent('warn', event, 'three');
    await nextTurn();
    const told = 'error the logger given to ResilienceModule failed, and lines are missing: disk full';
    expect(lines).toEqual([told, told]);
  });
});
