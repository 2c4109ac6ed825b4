import { Option, type Command } from 'commander';
import { countFrom } from '../count-from.js';
import { loadFleetConfig } from '../fleet.config.js';
import { listParked } from './list-parked.js';
import { markParkedEvents } from './mark-parked-events.js';
import { showParked } from './show-parked.js';
import { tryParked } from './try-parked.js';

interface Narrowed {
  readonly projection?: string;
}

const projection = () => new Option('--projection <name>', 'of this projection or process manager only');
interface Tried {
  readonly dryRun?: boolean;
}

const dryRun = () =>
  new Option('--dry-run', 'only tell what it would do, by trying it in a transaction that is rolled back');
const json = () => new Option('--json', 'as JSON');
const KEY = 'the key that list shows: a user\'s id, or "" for records without one';

/** `fleet parked …`: what projections and process managers could not apply, and what is to become of it. */
export function addParkedCommands(program: Command): void {
  const parked = program
    .command('parked')
    .description('events that a projection or a process manager could not apply');

  parked
    .command('list')
    .description('one line for each key: its first event is at fault, the others wait behind it')
    .addOption(projection())
    .addOption(json())
    .action((options: Narrowed & { json?: boolean }) => listParked(loadFleetConfig(), options));

  parked
    .command('show')
    .description('the first parked events of a key, with their original headers and bytes')
    .argument('<key>', KEY)
    .addOption(projection())
    .addOption(json())
    .option('--limit <count>', 'at most so many events', countFrom(1), 20)
    .action((key: string, options: Narrowed & { json?: boolean; limit: number }) =>
      showParked(loadFleetConfig(), { ...options, key }),
    );

  parked
    .command('retry')
    .description('have its consumer apply the events of a key again, from its first on')
    .argument('[key]', KEY)
    .option('--all', 'of every key')
    .addOption(projection())
    .addOption(dryRun())
    .action((key: string | undefined, options: Narrowed & Tried & { all?: boolean }) => {
      if ((key === undefined) === (options.all !== true)) throw new Error('name one key, or --all');
      if (options.dryRun) return tryParked(loadFleetConfig(), 'retry', requireKey(key), options);
      return markParkedEvents(loadFleetConfig(), 'retry', { key, projection: options.projection });
    });

  parked
    .command('discard')
    .description('have its consumer pass over the first event of a key, and apply those behind it')
    .argument('<key>', KEY)
    .addOption(projection())
    .addOption(dryRun())
    .action((key: string, { dryRun, ...options }: Narrowed & Tried) =>
      dryRun
        ? tryParked(loadFleetConfig(), 'discard', key, options)
        : markParkedEvents(loadFleetConfig(), 'discard', { ...options, key }),
    );
}

function requireKey(key: string | undefined): string {
  if (key === undefined) throw new Error('name the key that is to be tried');
  return key;
}
