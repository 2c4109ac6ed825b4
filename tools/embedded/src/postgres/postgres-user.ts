import { chmod, chown, lchown, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '../process/run-command.js';
import { ServerStartError } from '../process/server-process.js';

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** As whom Postgres runs. */
export interface PostgresUser {
  /** Absent: as this process's own user. */
  readonly ids?: UserIds;
  /** What to run in place of a program and its arguments, to run it as this user. */
  commandLine(program: string, args: readonly string[]): { command: string; args: readonly string[] };
}

const ACCOUNT = 'postgres';
const sameUser: PostgresUser = { commandLine: (command, args) => ({ command, args }) };
/** In a user namespace root has another number; any one but 0 will do. */
const namespaceUser: PostgresUser = {
  commandLine: (program, args) => ({
    command: 'unshare',
    args: ['--user', '--map-user=65534', '--map-group=65534', program, ...args],
  }),
};

/**
 * Postgres refuses to run as root. So root runs it as the user `postgres` (made when missing), who then owns the
 * data folder; or, where that user cannot reach the programs or the data (a clone under /root, a folder that only root
 * may enter), under another number in a user namespace. Where there are none (many containers), the folder above the data
 * lets others pass through, but not look. No permission outside of it is ever changed.
 * @throws ServerStartError naming the folders, when neither works
 */
export async function postgresUser(dataDir: string, program: string): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return sameUser;

  const parent = dirname(dataDir);
  const ids = (await accountIds()) ?? (await createAccount());
  if (ids && (await canReach({ ...sameUser, ids }, parent, program))) {
    await ownOnce(dataDir, ids);
    return { ...sameUser, ids };
  }
  if (await canReach(namespaceUser, parent, program)) {
    await ownOnce(dataDir, { uid: 0, gid: 0 });
    return namespaceUser;
  }
  if (ids && (await canReachThrough(parent, { ...sameUser, ids }, program))) {
    await ownOnce(dataDir, ids);
    return { ...sameUser, ids };
  }
  throw new ServerStartError(
    'postgres',
    `it cannot run as root, and another user cannot reach ${parent} and ${dirname(program)}: ` +
      'start as another user, or move the folders to where others may enter',
  );
}

async function accountIds(): Promise<UserIds | undefined> {
  const [uid, gid] = await Promise.all([
    runCommand('id', ['-u', ACCOUNT]),
    runCommand('id', ['-g', ACCOUNT]),
  ]);
  return uid.ok && gid.ok ? { uid: Number(uid.output), gid: Number(gid.output) } : undefined;
}

async function createAccount(): Promise<UserIds | undefined> {
  await runCommand('useradd', ['--system', '--user-group', '--no-create-home', ACCOUNT]);
  return accountIds();
}

async function canReach(user: PostgresUser, folder: string, program: string): Promise<boolean> {
  const script = 'test -x "$0" && exec "$1" --version';
  const { command, args } = user.commandLine('sh', ['-c', script, folder, program]);
  return (await runCommand(command, args, user.ids)).ok;
}

/** Opens a folder that only root may enter, as far as it helps. */
async function canReachThrough(folder: string, user: PostgresUser, program: string): Promise<boolean> {
  const { uid, mode } = await stat(folder);
  if (uid !== 0 || (mode & 0o777) !== 0o700) return false;
  await chmod(folder, 0o711);
  if (await canReach(user, folder, program)) return true;
  await chmod(folder, mode & 0o777);
  return false;
}

async function ownOnce(dataDir: string, ids: UserIds): Promise<void> {
  if ((await stat(dataDir)).uid !== ids.uid) await own(dataDir, ids);
}

/** Gives a folder, and everything in it, to a user. */
export async function own(dataDir: string, { uid, gid }: UserIds): Promise<void> {
  for (const entry of await readdir(dataDir, { recursive: true }))
    await lchown(join(dataDir, entry), uid, gid);
  await chown(dataDir, uid, gid);
}
