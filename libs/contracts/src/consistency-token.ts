/** Names the command whose effect a query must reflect: one user at one version, known before the commit. */
export interface ConsistencyToken {
  readonly aggregateId: string;
  readonly version: number;
}

const SHAPE = /^1:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9]\d{0,8})$/;

/** Opaque to clients: they only hand it back. */
export function encodeConsistencyToken(token: ConsistencyToken): string {
  return Buffer.from(`1:${token.aggregateId}:${token.version}`).toString('base64url');
}

/** Returns undefined for a token that this fleet never made. */
export function decodeConsistencyToken(text: string): ConsistencyToken | undefined {
  if (!/^[\w-]{1,100}$/.test(text)) return undefined;
  const match = SHAPE.exec(Buffer.from(text, 'base64url').toString('utf8'));
  return match ? { aggregateId: match[1]!, version: Number(match[2]) } : undefined;
}
