// @ts-check
/** `npm start [-- --copies projector=2]`: the whole fleet, from a plain checkout. Runs on the machine's own Node. */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { runScript } from './bootstrap/run-node.mjs';

await bootstrap();
await runScript('scripts/fleet/up.ts', process.argv.slice(2));
