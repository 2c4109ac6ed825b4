// @ts-check
/** `npm run setup`: dependencies and build, and nothing else. */
import { bootstrap } from './bootstrap/bootstrap.mjs';

await bootstrap();
