import type { Command } from 'commander';
import { buildProgram } from './program.js';

/** What an action that changes nothing by itself goes to with an access token of its client. */
const BY_TOKEN = ['erase', 'dead-letter retry'];

/** Everything else is let in, or is not, by the servers: Postgres, Kafka and RabbitMQ, as whom the settings log in. */
const BY_THE_SERVERS = [
  'migrate',
  'status',
  'doctor',
  'actions',
  // It also asks apps for their health, which is open.
  'why',
  'rewrap',
  'relay rewind',
  'dead-letter list',
  'dead-letter show',
  'parked list',
  'parked show',
  'parked retry',
  'parked discard',
  'history show',
  'history verify',
  'history adopt',
  'history keep',
  'projection list',
  'projection rebuild',
  'projection status',
  'projection compare',
  'projection switch',
  'projection rollback',
  'projection drop',
  'projection verify',
];

function namesOf(command: Command, path: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [path.join(' ')];
  return command.commands.flatMap((child) => namesOf(child, [...path, child.name()]));
}

it('what lets in an action of the command line is known of each', () => {
  expect(namesOf(buildProgram()).toSorted()).toEqual([...BY_TOKEN, ...BY_THE_SERVERS].toSorted());
});

it.each(['actions', 'parked show key', 'projection compare name'])(
  '%s takes no limit but a number',
  (command) => {
    const program = throwing(buildProgram());
    expect(() => program.parse([...command.split(' '), '--limit', 'x'], { from: 'user' })).toThrow(
      /'--limit <count>' argument 'x' is invalid. It must be a number from [01] to 999999/,
    );
  },
);

/** Instead of ending the process. */
function throwing(command: Command): Command {
  command.commands.forEach(throwing);
  return command.exitOverride().configureOutput({ outputError: () => undefined, writeErr: () => undefined });
}
