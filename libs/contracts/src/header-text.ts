export type HeaderValue = Buffer | string | null;

/** A header as text; undefined where it is missing or null. One that stands more than once counts as its first. */
export function headerText(header: HeaderValue | HeaderValue[] | undefined): string | undefined {
  const first = Array.isArray(header) ? header[0] : header;
  return typeof first === 'string' ? first : first?.toString('utf8');
}
