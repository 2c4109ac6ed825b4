import type { Command } from 'commander';
import { loadFleetConfig } from '../fleet.config.js';
import { verify, type VerifyArguments } from './verify.js';

/** `fleet projection verify`: compares rows with the event store. */
export function addVerifyCommand(projection: Command): void {
  projection
    .command('verify')
    .description(
      'compare the rows and counters of read models with the event store; the projector does so all the time',
    )
    .argument('[key]', "a user's id")
    .option('--all', 'of every user')
    .option('--projection <name>', 'of this projection only')
    .option('--mend', 'fold again from the event store what differs')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit code: 1 if a difference is left, or a user could not be compared')
    .action((key: string | undefined, options: Omit<VerifyArguments, 'key'> & { readonly all?: boolean }) => {
      if ((key === undefined) === (options.all !== true)) throw new Error('name one key, or --all');
      return verify(loadFleetConfig(), { ...options, key });
    });
}
