import { type Command } from 'commander';
import { loadFleetConfig } from '../fleet.config.js';
import { resolveHistory } from './resolve-history.js';
import { showHistory } from './show-history.js';
import { verifyHistory } from './verify-history.js';

const ID = "the id that show names, such as a user's";

interface Resolving {
  readonly all?: boolean;
  readonly apply?: boolean;
}

/** `fleet history …`: published events that the event store has lost, and that contradict what it has. */
export function addHistoryCommands(program: Command): void {
  const history = program
    .command('history')
    .description(
      'published events that the event store lost by a restore or a fail-over, and cannot simply take back',
    );

  history
    .command('show')
    .description('each aggregate with a conflict: what the store has, and what was published')
    .argument('[id]', ID)
    .option('--json', 'as JSON, with the events')
    .action((id: string | undefined, options: { json?: boolean }) =>
      showHistory(loadFleetConfig(), { ...options, aggregateId: id }),
    );

  history
    .command('verify')
    .description('whether the events of every stream are as they were appended; the exit code is 1 if not')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => verifyHistory(loadFleetConfig(), options));

  const resolving = (name: 'adopt' | 'keep', description: string) =>
    history
      .command(name)
      .description(`${description}; without --apply it only says what would happen`)
      .argument('[id]', ID)
      .option('--all', 'of every aggregate with a conflict')
      .option('--apply', 'do it')
      .action((id: string | undefined, { all = false, apply = false }: Resolving) => {
        if ((id === undefined) !== all) throw new Error('name one id, or --all');
        return resolveHistory(loadFleetConfig(), name, { aggregateId: id, isApplied: apply });
      });
  resolving('adopt', 'the published events are true: they replace those of the store, which are kept aside');
  resolving('keep', 'the events of the store are true: the published ones are given up');
}
