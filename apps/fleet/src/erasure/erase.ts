import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { AUTHORIZATION_HEADER, ClientTokens, toBearer } from '@eventfleet/auth';
import { userId as userIdSchema } from '@eventfleet/contracts';
import type { FleetConfig } from '../fleet.config.js';

export interface EraseOptions {
  /** Whether to wait until the erasure is done. */
  readonly wait?: boolean;
  readonly json?: boolean;
}

interface Receipt {
  readonly erasureId: string;
  readonly userId: string;
  readonly state: string;
  readonly requestedAt: string;
  readonly completedAt: string | null;
  readonly places: readonly { place: string; outcome: string; count: number; at: string }[];
}

const REQUEST_MS = 10_000;
const LOOK_EVERY_MS = 500;
const HINTS: Readonly<Record<string, string>> = {
  'not-found': ': PERSONAL_DATA_KEY is not set there',
  unauthenticated: ': set AUTH=oidc, OIDC_ISSUER, OIDC_AUDIENCE, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET',
};

/**
 * Has command-api erase a user, and prints the receipt. There is no way back. If the fleet has a client at the issuer, that
 * client asks.
 * @throws Error with the reason of a refusal, if command-api does not answer, or if the id is none of a user
 */
export async function erase(
  config: Pick<FleetConfig, 'apps' | 'client'>,
  userId: string,
  options: EraseOptions,
): Promise<void> {
  if (!userIdSchema.safeParse(userId).success) throw new Error('the id of a user is a UUID');
  const url = config.apps.find(({ app }) => app === 'command-api')?.url;
  if (url === undefined) throw new Error('FLEET_APP_URLS names no command-api');
  const tokens = config.client && new ClientTokens(config.client, ['users:erase']);
  const { erasureId } = await ask<{ erasureId: string }>(tokens, `${url}/users/${userId}/erasure`, 'POST');
  let receipt = await ask<Receipt>(tokens, `${url}/erasures/${erasureId}`, 'GET');
  while (options.wait && receipt.state === 'running') {
    await delay(LOOK_EVERY_MS);
    receipt = await ask<Receipt>(tokens, `${url}/erasures/${erasureId}`, 'GET');
  }
  console.log(options.json ? JSON.stringify(receipt, null, 2) : describe(receipt));
}

async function ask<Answer>(
  tokens: ClientTokens | undefined,
  url: string,
  method: 'GET' | 'POST',
): Promise<Answer> {
  const headers = tokens ? { [AUTHORIZATION_HEADER]: toBearer(await tokens.token()) } : {};
  const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(REQUEST_MS) }).catch(
    (error: unknown) => {
      throw new Error(`command-api does not answer at ${url}: ${reasonOf(error)}`, { cause: error });
    },
  );
  const body: unknown = await response.json();
  if (response.ok) return body as Answer;
  const { code = String(response.status), detail = '' } = body as { code?: string; detail?: string };
  throw new Error(`command-api refuses: ${code}, ${detail}${HINTS[code] ?? ''}`);
}

function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  return isNativeError(error.cause) ? error.cause.message : error.message;
}

function describe({ erasureId, userId, state, places }: Receipt): string {
  const lines = places.map(({ place, outcome, count, at }) => `  ${at}  ${place}: ${outcome}, ${count}`);
  return [`erasure ${erasureId} of user ${userId}: ${state}`, ...lines].join('\n');
}
