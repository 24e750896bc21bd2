import 'reflect-metadata';
import { ConsoleLogger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { virtualClock } from '../../../support/virtual-policy.js';

const policies = { 'pay\r\n\u001b[31m\u2028ments': { circuitBreaker: { failureThreshold: 1 } } } as const;

/** What is written to standard output and error while `run` does. */
async function written(run: () => Promise<void>): Promise<string> {
  let text = '';
  const take = (chunk: unknown) => {
    text += String(chunk);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(take),
  );
  try {
    await run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return text;
}

describe("the lines in Nest's JSON logger", () => {
  it('are one JSON object a line, whatever is in the names and messages', async () => {
    const text = await written(async () => {
      const module = await Test.createTestingModule({
        imports: [ResilienceModule.forRoot({ clock: virtualClock(), policies })],
      })
        .setLogger(new ConsoleLogger({ json: true }))
        .compile();
      const app = await module.init();
      const error = new Error('line\r\n{"level":"fatal"}\u2028\u001b[2J password=hunter2');
      const name = Object.keys(policies)[0] as string;
      await app.get(ResilienceService).tryExecute(name, async () => Promise.reject(error));
      await app.close();
    });
    const lines = text.trimEnd().split('\n');
    const opened = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error');
    expect(opened).toMatchObject([
      {
        level: 'error',
        context: 'Resilience',
        message: expect.stringMatching(/^opened pay\\r\\n\\u001b\[31m\\u2028ments \(failureThreshold\)/),
      },
    ]);
    for (const unwanted of ['\r', '\u001b', '\u2028', 'hunter2']) expect(text).not.toContain(unwanted);
  });
});
