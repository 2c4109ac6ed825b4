// @ts-check
/** `npm run fleet -- …`: the operators' command line. */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { runScript } from './bootstrap/run-node.mjs';

await bootstrap();
await runScript('apps/fleet/dist/main.js', process.argv.slice(2));
