// @ts-check
/** `npm run test:chaos [-- --seed <n> --minutes <n> …]`: the fleet under fire, from a plain checkout. */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { runScript } from './bootstrap/run-node.mjs';

await bootstrap();
await runScript('test/chaos/run.ts', process.argv.slice(2));
