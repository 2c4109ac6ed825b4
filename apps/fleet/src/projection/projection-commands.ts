import { Option, type Command } from 'commander';
import { countFrom } from '../count-from.js';
import { loadFleetConfig } from '../fleet.config.js';
import { compare, type CompareArguments } from './compare.js';
import { list, status } from './list.js';
import { rebuild } from './rebuild.js';
import { drop, rollBackToPrevious, switchToNew } from './switch.js';
import { addVerifyCommand } from './verify-command.js';

const json = () => new Option('--json', 'as JSON');
const PROJECTION = 'its name, as list shows it';

/** `fleet projection …`: verifies a projection, or builds it anew beside the live one, compares both, and switches. */
export function addProjectionCommands(program: Command): void {
  const projection = program
    .command('projection')
    .description('read models: verify one, or build it anew beside the live one, compare, switch');

  addVerifyCommand(projection);

  projection
    .command('list')
    .description('every generation of every projection: the live one, a new one, and the previous one')
    .addOption(json())
    .action((options: { json?: boolean }) => list(loadFleetConfig(), options));

  projection
    .command('rebuild')
    .description(
      'build a new generation from the event store, or go on with it after Ctrl-C or a crash; the live one is not touched',
    )
    .argument('<projection>', PROJECTION)
    .action((name: string) => rebuild(loadFleetConfig(), name));

  projection
    .command('status')
    .description('how far a rebuild is, with its rate and the time left')
    .argument('[projection]', PROJECTION)
    .addOption(json())
    .action((name: string | undefined, options: { json?: boolean }) =>
      status(loadFleetConfig(), name, options),
    );

  projection
    .command('compare')
    .description('compare the new generation with the live one, row by row at the same checkpoint')
    .argument('<projection>', PROJECTION)
    .option(
      '--except <columns...>',
      'leave out these columns, each as table.column: of a projection that was changed',
    )
    .option('--limit <count>', 'show at most so many rows of each table', countFrom(0), 20)
    .addOption(json())
    .action((name: string, options: CompareArguments) => compare(loadFleetConfig(), name, options));

  projection
    .command('switch')
    .description('make the new generation the live one; the live one stays as the previous one')
    .argument('<projection>', PROJECTION)
    .option('--accept-differences', 'although the last comparison found some')
    .action((name: string, options: { acceptDifferences?: boolean }) =>
      switchToNew(loadFleetConfig(), name, options),
    );

  projection
    .command('rollback')
    .description('make the previous generation the live one again; the live one stays as the new one')
    .argument('<projection>', PROJECTION)
    .action((name: string) => rollBackToPrevious(loadFleetConfig(), name));

  projection
    .command('drop')
    .description('drop a generation that is not live, built or not')
    .argument('<projection>', PROJECTION)
    .argument('<generation>', 'new or previous')
    .action((name: string, generation: string) => drop(loadFleetConfig(), name, generation));
}
