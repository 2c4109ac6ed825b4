// @ts-check
/** `npm test [-- <path or Jest option> …]`: unit, integration and end-to-end tests against real servers, from a plain checkout. */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { runScript } from './bootstrap/run-node.mjs';

await bootstrap();
await runScript('scripts/test-run/run.ts', process.argv.slice(2));
