const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;

export interface JsonRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams;
}

/**
 * The JSON of an issuer. Follows no redirect, waits five seconds, and reads at most 256 KiB.
 * @throws Error that names the address without its query, and nothing of the answer
 */
export async function fetchJson(
  url: string,
  init: JsonRequest = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { origin, pathname } = new URL(url);
  try {
    const response = await fetch(url, {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await readBounded(response);
    if (!response.ok) throw new Error(`the answer is ${response.status}`);
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) throw new Error('the answer is no JSON object');
    return { ...json };
  } catch (cause) {
    throw new Error(`${origin}${pathname}: ${reasonOf(cause)}`, { cause });
  }
}

async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the answer has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A syntax error quotes the answer. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'the answer is no JSON';
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && 'code' in cause
    ? `${error.message} (${String(cause.code)})`
    : error.message;
}
