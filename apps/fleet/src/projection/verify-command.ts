import type { Command } from 'commander';
import { loadFleetConfig } from '../fleet.config.js';
import { verify, type VerifyArguments } from './verify.js';

/** `fleet projection verify`: compares rows with the event store. */
export function addVerifyCommand(program: Command): void {
  const projection =
    program.commands.find((command) => command.name() === 'projection') ??
    program.command('projection').description('read models');

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
    .addHelpText('after', '\nExit code: 1 if a difference is left')
    .action((key: string | undefined, options: Omit<VerifyArguments, 'key'> & { readonly all?: boolean }) => {
      if ((key === undefined) === (options.all !== true)) throw new Error('name one key, or --all');
      return verify(loadFleetConfig(), { ...options, key });
    });
}
