import { Command, Option } from 'commander';
import { actions } from './actions.js';
import { countFrom } from './count-from.js';
import { addDeadLetterCommands } from './dead-letter/dead-letter-commands.js';
import { doctor, EXIT_CODES } from './doctor/doctor.js';
import { erase, type EraseOptions } from './erasure/erase.js';
import { rewrap } from './erasure/rewrap.js';
import { loadFleetConfig } from './fleet.config.js';
import { GRANT_TARGETS, printGrants, type GrantTarget } from './grants/print-grants.js';
import { addHistoryCommands } from './history/history-commands.js';
import { migrate } from './migrate.js';
import { addParkedCommands } from './parked/parked-commands.js';
import { addProjectionCommands } from './projection/projection-commands.js';
import { RELAY_NAMES, rewind, type RelayName } from './relay-rewind.js';
import { status } from './status/status.js';
import { why, WHY_EXIT_CODES } from './why/why.js';

/** The operators' command line: every command, what it does, and where it is done. */
export function buildProgram(): Command {
  const program = new Command('fleet')
    .description(
      "Eventfleet's command line for operators. It takes its servers from the environment, as the apps do.",
    )
    .showHelpAfterError();

  program
    .command('migrate')
    .description(
      'bring both databases to their newest schema and make missing topics and queues; safe to repeat',
    )
    .addOption(
      new Option(
        '--print-grants [part]',
        'change nothing: print the SQL and kafka-acls lines that give each app its own role and rights',
      ).choices(GRANT_TARGETS),
    )
    .action(({ printGrants: part }: { printGrants?: GrantTarget | true }) => {
      if (part === undefined) return migrate(loadFleetConfig());
      return printGrants(loadFleetConfig(), part === true ? GRANT_TARGETS : [part]);
    });

  program
    .command('status')
    .description('show what is stored, published and projected, who publishes, and what lags')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => status(loadFleetConfig(), options));

  program
    .command('doctor')
    .description(
      'check what the servers promise: durability, standbys, replication, retention, access, clocks',
    )
    .option('--json', 'as JSON')
    .addHelpText('after', `\nExit code: ${EXIT_CODES}`)
    .action((options: { json?: boolean }) => doctor(loadFleetConfig(), options));

  program
    .command('actions')
    .description('what operators did by the console, the newest first')
    .option('--json', 'as JSON')
    .option('--limit <count>', 'at most so many', countFrom(1), 50)
    .action((options: { json?: boolean; limit: number }) => actions(loadFleetConfig(), options));

  program
    .command('why')
    .description('tell where a user, an event or a request is, and what it waits for, the cause first')
    .argument('<id>', "a user's id, an event's id, or a correlation id")
    .option('--json', 'as JSON')
    .addHelpText('after', `\nExit code: ${WHY_EXIT_CODES}`)
    .action((id: string, options: { json?: boolean }) => why(loadFleetConfig(), id, options));

  program
    .command('erase')
    .description(
      'erase the personal data of a user for good: delete the user, destroy the key, remove copies',
    )
    .argument('<userId>', "the user's id")
    .option('--wait', 'until it is done')
    .option('--json', 'as JSON')
    .action((userId: string, options: EraseOptions) => erase(loadFleetConfig(), userId, options));

  program
    .command('rewrap')
    .description('wrap the keys of personal data by the first key of PERSONAL_DATA_KEY; safe to repeat')
    .action(() => rewrap(loadFleetConfig()));

  const relay = program.command('relay').description('the outbox relays');
  relay
    .command('rewind')
    .description('accept the present broker and Postgres, and publish everything again from the first')
    .addOption(new Option('--target <relay>', 'which one').choices(RELAY_NAMES).default('kafka'))
    .action((options: { target: RelayName }) => rewind(loadFleetConfig(), options));

  addDeadLetterCommands(program);
  addParkedCommands(program);
  addHistoryCommands(program);
  addProjectionCommands(program);

  return program;
}
