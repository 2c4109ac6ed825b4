/**
 * Makes the row of a new user stale in a running fleet, and prints the correlation id of its request: find out why with
 * `npm run fleet -- why <id>`, or with the console. For a fleet that nobody else needs.
 */
import { SET_UPS, undo } from './set-ups.ts';
import { readSettings } from './stale-row.config.ts';

const [name = ''] = process.argv.slice(2);
const setUp = SET_UPS[name];
if (setUp) {
  const { correlationId } = await setUp(readSettings());
  console.log(`npm run fleet -- why ${correlationId}`);
  console.log('or put this correlation id into the search field of the console');
} else if (name === 'undo') {
  await undo(readSettings());
} else {
  console.error(`give one of ${Object.keys(SET_UPS).join(', ')}, or undo`);
  process.exitCode = 1;
}
