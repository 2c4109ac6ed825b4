import { Random } from '../random.ts';
import { chooseCommand } from './choose-command.ts';
import { KnownUsers } from './known-users.ts';
import type { Command } from './ledger.ts';

/** What a client sends when every command succeeds. */
function commandsOf(seed: number, count: number): Command[] {
  const random = new Random(seed, 1);
  const users = new KnownUsers();
  let numbers = 0;
  return Array.from({ length: count }, () => {
    const command = chooseCommand(random, users, () => ++numbers);
    users.apply(command, { status: 200, version: 1 });
    return command;
  });
}

describe('chooseCommand', () => {
  it('chooses the same for a seed, and otherwise for another', () => {
    expect(commandsOf(7, 200)).toEqual(commandsOf(7, 200));
    expect(commandsOf(7, 200)).not.toEqual(commandsOf(8, 200));
  });

  it('begins with users, then does everything to them', () => {
    const commands = commandsOf(7, 500);
    expect(new Set(commands.slice(0, 30).map(({ kind }) => kind))).toEqual(new Set(['create']));
    expect(new Set(commands.map(({ kind }) => kind)).size).toBe(4);
    expect(commands.some(({ ifMatch }) => ifMatch !== undefined)).toBe(true);
  });

  it('sends emails that others have, in another case too', () => {
    const emails = commandsOf(7, 500).flatMap(({ body }) => body?.['email'] ?? []);
    const keys = emails.map((email) => email.toLowerCase());
    expect(new Set(keys).size).toBeLessThan(keys.length);
    expect(emails.some((email) => email !== email.toLowerCase())).toBe(true);
  });

  it('never repeats an id', () => {
    const ids = commandsOf(7, 500).map(({ id }) => id);
    expect(new Set(ids).size).toBe(500);
  });
});
