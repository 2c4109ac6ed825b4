// @ts-check
/** `npm run describe`: writes the OpenAPI and AsyncAPI documents into docs. */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { runScript } from './bootstrap/run-node.mjs';

await bootstrap();
await runScript('scripts/descriptions/write.ts', []);
