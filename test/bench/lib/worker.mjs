// A process of one library. The parent asks all workers in turn, so that only one of them is ever busy.
import { loadAdapter } from './adapters.mjs';
import { cellOf, measure, warmUp } from './cell.mjs';
import { SCENARIOS } from './scenarios.mjs';

const cells = new Map();

const commands = {
  async build({ name, ids }) {
    const adapter = await (await loadAdapter(name)).load();
    const wanted = SCENARIOS.filter(({ id }) => ids.includes(id));
    // Backwards, for a Nest application that starts makes nestjs-resilience forget the breakers that it had.
    for (const scenario of wanted.reverse()) {
      const cell = await cellOf(scenario, adapter);
      if (cell !== undefined) cells.set(scenario.id, cell);
    }
    return [...cells.keys()];
  },
  warmUp: ({ id, params }) => warmUp(cells.get(id), params),
  measure: ({ id }) => measure(cells.get(id)),
};

async function answer({ command, ...rest }) {
  try {
    process.send({ result: await commands[command](rest) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
}

process.on('message', (question) => void answer(question));
process.on('disconnect', () => process.exit(0));
