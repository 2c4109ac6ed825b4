import type { IncomingMessage } from 'node:http';
import { ProblemError, validationError } from './problem.error.js';

/** Of a second line of these Node drops the text without a word, so that another server may have read the other one. */
const SINGLE = new Map([
  ['host', 'Host'],
  ['content-type', 'Content-Type'],
  ['authorization', 'Authorization'],
]);
const SINGLE_LENGTHS = new Set([...SINGLE.keys()].map((name) => name.length));
/** A name, an IPv4 or a bracketed IPv6 address, and perhaps a port; empty where an address has no host. */
const HOST = /^(?:[\w.~!$&'()*+;=%-]*|\[[\da-fA-F:.]+\])(?::\d{0,5})?$/;

/**
 * Refuses headers that two servers could read in two ways, and bodies in a coding that nobody here decodes: what is
 * coded must never be taken for the content.
 * @throws ProblemError `validation-failed`, `unsupported-media-type` or `unsupported-transfer-coding`
 */
export function checkHeaders({ rawHeaders, headers, httpVersionMajor, httpVersionMinor }: IncomingMessage) {
  const twice = findRepeated(rawHeaders);
  if (twice !== undefined) throw validationError([{ path: twice, message: 'must not be repeated' }]);
  const { host, 'content-encoding': contentCoding, 'transfer-encoding': transferCoding } = headers;
  const needsHost = httpVersionMajor === 1 && httpVersionMinor === 1;
  if (host === undefined ? needsHost : !HOST.test(host))
    throw validationError([{ path: 'Host', message: 'must name one host, and perhaps a port' }]);
  if (contentCoding !== undefined && !isAll(contentCoding, 'identity'))
    throw new ProblemError('unsupported-media-type', 'The body must not be encoded', {
      headers: { 'accept-encoding': 'identity' },
    });
  if (transferCoding !== undefined && !isAll(transferCoding, 'chunked'))
    throw new ProblemError('unsupported-transfer-coding', '', { headers: { connection: 'close' } });
}

/** Names and texts take turns in `raw`. Most names differ from all of these in length, and are not even lower-cased. */
function findRepeated(raw: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let index = 0; index < raw.length; index += 2) {
    const text = raw[index]!;
    if (!SINGLE_LENGTHS.has(text.length)) continue;
    const name = text.toLowerCase();
    if (seen.has(name)) return SINGLE.get(name);
    if (SINGLE.has(name)) seen.add(name);
  }
  return undefined;
}

function isAll(list: string, coding: string): boolean {
  return list.split(',').every((member) => ['', coding].includes(member.trim().toLowerCase()));
}
