import type { Command, DoubtfulRead, LedgerEntry, Decision } from './ledger.ts';

const COMMAND_TIMEOUT_MS = 2_500;
const READ_TIMEOUT_MS = 8_000;
const READ_WAIT_S = 3;
const DECIDED = new Set([200, 201, 400, 403, 404, 409, 412, 413, 415, 422]);

/** One attempt. @returns what was decided; undefined when it is not known (cut off, too late, 429 or 5xx) */
export async function sendCommand(url: string, command: Command): Promise<Decision | undefined> {
  const { id, method, path, body, ifMatch } = command;
  try {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        'idempotency-key': id,
        'x-correlation-id': id,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS),
    });
    const { code, version } = (await answer.json()) as { code?: string; version?: number };
    if (!DECIDED.has(answer.status)) return undefined;
    return {
      status: answer.status,
      ...(code === undefined ? {} : { code }),
      ...(version === undefined ? {} : { version }),
    };
  } catch {
    return undefined;
  }
}

/**
 * Reads a user with the token of a success.
 * @returns undefined when the answer reflects it, or there is none; else what is to be judged
 */
export async function readBack(
  url: string,
  { command, decision }: LedgerEntry,
): Promise<DoubtfulRead | undefined> {
  const { userId } = command;
  const tokenVersion = decision?.version;
  if (tokenVersion === undefined) return undefined;
  try {
    const token = Buffer.from(`1:${userId}:${tokenVersion}`).toString('base64url');
    const answer = await fetch(`${url}/users/${userId}`, {
      headers: { 'consistency-token': token, prefer: `wait=${READ_WAIT_S}` },
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
    const { version } = (await answer.json()) as { version?: number };
    // 408: the link held the request up for so long that it never arrived as a whole.
    if (answer.status >= 500 || answer.status === 408) return undefined;
    if (answer.status === 200 && (version ?? 0) >= tokenVersion) return undefined;
    return { userId, tokenVersion, status: answer.status, ...(version === undefined ? {} : { version }) };
  } catch {
    return undefined;
  }
}
