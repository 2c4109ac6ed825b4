// @ts-check
/** `npm run stale-row -- <set-up>`: makes the row of a new user stale in a running fleet, to find out why. */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { runScript } from './bootstrap/run-node.mjs';

await bootstrap();
await runScript('scripts/stale-row/run.ts', process.argv.slice(2));
