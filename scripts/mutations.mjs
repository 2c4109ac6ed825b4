// @ts-check
/** `npm run test:mutations [-- --only <part of a mechanism's name>]`: is every mechanism guarded by a test? */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { runScript } from './bootstrap/run-node.mjs';

await bootstrap();
await runScript('scripts/mutations/run.ts', process.argv.slice(2));
