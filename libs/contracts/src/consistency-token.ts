/** One aggregate at one version. */
export interface AggregateVersion {
  readonly aggregateId: string;
  readonly version: number;
}

/** Names the command whose effect a query must reflect. It is known before the commit. */
export interface ConsistencyToken extends AggregateVersion {
  readonly aggregateType: string;
}

/** Version of the form, aggregate type, id, version. */
const SHAPE = /^2:([a-z][a-z0-9-]{0,62}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9]\d{0,8})$/;
/** What was given out while users were the only aggregate type. */
const FIRST_SHAPE = /^1:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9]\d{0,8})$/;

/** Opaque to clients: they only hand it back. */
export function encodeConsistencyToken({ aggregateType, aggregateId, version }: ConsistencyToken): string {
  return Buffer.from(`2:${aggregateType}:${aggregateId}:${version}`).toString('base64url');
}

/** Also reads tokens of the first form, as those of users. @returns undefined for a token that this fleet never made */
export function decodeConsistencyToken(text: string): ConsistencyToken | undefined {
  if (!/^[\w-]{1,200}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const match = SHAPE.exec(decoded);
  if (match) return { aggregateType: match[1]!, aggregateId: match[2]!, version: Number(match[3]) };
  const first = FIRST_SHAPE.exec(decoded);
  return first ? { aggregateType: 'user', aggregateId: first[1]!, version: Number(first[2]) } : undefined;
}
