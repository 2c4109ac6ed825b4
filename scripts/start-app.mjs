// @ts-check
/** `npm run start:<app>`: one app in the foreground, against the servers that the environment names. */
import { APP_ENVIRONMENT } from './bootstrap/app-environment.mjs';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { runScript } from './bootstrap/run-node.mjs';

const [app, ...args] = process.argv.slice(2);
await bootstrap();
await runScript(`apps/${app}/dist/main.js`, args, APP_ENVIRONMENT);
