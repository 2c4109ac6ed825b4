import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runCommand } from '../process/run-command.js';

/** Which RabbitMQ there is: one that runs already, the installed server's program to be started, or none, and why. */
export type RabbitmqSource =
  { readonly url: string } | { readonly program: string } | { readonly missing: string };

const PROGRAM = 'rabbitmq-server';
/** Where packages put the program itself; what they put on the path may switch to a user and folders of its own. */
const PACKAGED = ['/usr/lib/rabbitmq/bin', '/opt/homebrew/opt/rabbitmq/sbin', '/usr/local/opt/rabbitmq/sbin'];

/** The RabbitMQ to use: the one of the environment, else the installed one, to be started by `startRabbitmq`. */
export async function findRabbitmq(configuredUrl: string | undefined): Promise<RabbitmqSource> {
  if (configuredUrl) return { url: configuredUrl };
  const program = await findProgram();
  if (program === undefined) return { missing: 'RABBITMQ_URL is not set, and no RabbitMQ is installed' };
  const erlang = await runCommand('sh', ['-c', 'command -v erl']);
  return erlang.ok
    ? { program }
    : { missing: 'RABBITMQ_URL is not set, and RabbitMQ is here without Erlang' };
}

async function findProgram(): Promise<string | undefined> {
  const { output } = await runCommand('sh', ['-c', 'echo "$PATH"']);
  for (const folder of [...PACKAGED, ...output.split(delimiter)]) {
    const program = join(folder, PROGRAM);
    if (await isExecutable(program)) return program;
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
