// A short-lived process for one figure: node oneshot.mjs breakers|inFlight|imports|server LIBRARY ARGUMENT
import { loadAdapter } from './adapters.mjs';
import { countBreakers } from './breakers.mjs';
import { importCost } from './imports.mjs';
import { countInFlight } from './in-flight.mjs';
import { nestServer } from './nest-app.mjs';
import { OPTIONS } from './scenarios.mjs';

const [mode, name, argument] = process.argv.slice(2);

const modes = {
  breakers: async () => countBreakers(await (await loadAdapter(name)).load(), Number(argument)),
  inFlight: async () => countInFlight(await (await loadAdapter(name)).load(), Number(argument)),
  imports: () => importCost(argument.split(',')),
  async server() {
    const { nest } = await (await loadAdapter(name)).load();
    return { port: await nestServer(nest, OPTIONS) };
  },
};

process.send(await modes[mode]());
process.on('disconnect', () => process.exit(0));
