import { randomUUID } from 'node:crypto';
import { send } from './http.js';
import { emailOf } from './users.js';

/** What a user must look like, by what a client was told. */
export interface ExpectedUser {
  readonly id: string;
  /** Undefined once it is deleted. */
  readonly name: string | undefined;
  readonly version: number;
  readonly token: string;
}

interface Command {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly name: string | undefined;
  readonly key: string;
}

const UPDATES = 3;
const DELETED_EVERY = 3;

/**
 * A client with one command under way at a time: it creates a user, updates it, deletes every third one, and goes on
 * with the next. A command of unknown outcome is sent again under its idempotency key until it is answered.
 */
export class UserWriter {
  readonly #users: ExpectedUser[] = [];
  #waiting: Command | undefined;
  #id: string;

  /**
   * @param name what users are called; a number follows it
   * @param firstId of the first user
   */
  constructor(
    private readonly name = 'Ada',
    firstId: string = randomUUID(),
  ) {
    this.#id = firstId;
  }

  /** Every user with the last answered command. */
  get users(): readonly ExpectedUser[] {
    return this.#users;
  }

  /** Whether the outcome of the last command is unknown. */
  get isInDoubt(): boolean {
    return this.#waiting !== undefined;
  }

  /** Sends one command. One that gets no answer, or a 5xx, stays the next one to send. */
  async step(commandApi: string): Promise<void> {
    this.#waiting ??= this.#next();
    const { method, name, key } = this.#waiting;
    const created = method === 'POST';
    const answer = await send(
      method,
      created ? `${commandApi}/users` : `${commandApi}/users/${this.#id}`,
      created ? { id: this.#id, name, email: emailOf(this.#id) } : name && { name },
      { 'Idempotency-Key': key },
    ).catch(() => undefined);
    if (!answer || answer.status >= 500) return;
    const version = (this.#current()?.version ?? 0) + 1;
    expect([answer.status, answer.body]).toEqual([created ? 201 : 200, { id: this.#id, version }]);
    if (!created) this.#users.pop();
    this.#users.push({ id: this.#id, name, version, token: answer.headers.get('consistency-token') ?? '' });
    this.#waiting = undefined;
  }

  #next(): Command {
    const key = randomUUID();
    const current = this.#current();
    if (!current) return { method: 'POST', name: this.name, key };
    if (current.version <= UPDATES) return { method: 'PUT', name: `${this.name} ${current.version}`, key };
    if (current.name !== undefined && this.#users.length % DELETED_EVERY === 0)
      return { method: 'DELETE', name: undefined, key };
    this.#id = randomUUID();
    return { method: 'POST', name: this.name, key };
  }

  #current(): ExpectedUser | undefined {
    const last = this.#users.at(-1);
    return last?.id === this.#id ? last : undefined;
  }
}

export function writers(count: number, name?: string): UserWriter[] {
  return Array.from({ length: count }, () => new UserWriter(name));
}

/** All of them at once, each one command after the other, until it is told to end. */
export async function writeUntil(
  clients: readonly UserWriter[],
  commandApi: string | (() => string),
  isOver: () => boolean,
): Promise<void> {
  const url = typeof commandApi === 'string' ? () => commandApi : commandApi;
  const write = async (client: UserWriter) => {
    while (!isOver()) await client.step(url());
  };
  await Promise.all(clients.map(write));
}

/** `count` commands each, all of which must be answered. */
export async function writeSome(
  clients: readonly UserWriter[],
  commandApi: string,
  count: number,
): Promise<void> {
  const write = async (client: UserWriter) => {
    for (let n = 0; n < count; n++) await client.step(commandApi);
    expect(client.isInDoubt).toBe(false);
  };
  await Promise.all(clients.map(write));
}
