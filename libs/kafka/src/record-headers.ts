export type HeaderValue = Buffer | string | null;
/** A name that stands more than once has a list. */
export type RecordHeaders = Record<string, HeaderValue | HeaderValue[]>;
