import type { Command } from 'commander';
import { loadFleetConfig } from '../fleet.config.js';
import { listDeadLetters } from './list-dead-letters.js';
import { retry } from './retry-dead-letters.js';
import { showDeadLetter } from './show-dead-letter.js';

/** `fleet dead-letter …`. An address is what `list` prints: `<topic>/<partition>/<offset>`, `<queue>/<message id>`. */
export function addDeadLetterCommands(program: Command): void {
  const deadLetter = program
    .command('dead-letter')
    .description('records and messages that a consumer could not handle');
  deadLetter
    .command('list')
    .description(
      'show each dead letter topic and queue: how many it has, how many wait for a retry, and the newest error',
    )
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => listDeadLetters(loadFleetConfig(), options));
  deadLetter
    .command('show <address>')
    .description("show one dead letter's headers and sizes")
    .option('--value', 'write its bytes instead, and nothing else')
    .action((address: string, options: { value?: boolean }) =>
      showDeadLetter(loadFleetConfig(), address, options),
    );
  deadLetter
    .command('retry [topic-queue-or-address]')
    .description(
      'publish dead letters again, each to where it came from; of a topic or queue, those that were not retried before. ' +
        'After an interruption some may be published twice',
    )
    .option('--all', 'of every dead letter topic and queue')
    .action((target: string | undefined, options: { all?: boolean }) =>
      retry(loadFleetConfig(), target, options),
    );
}
