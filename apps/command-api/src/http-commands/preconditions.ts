import { validationError, type FieldError, type HeaderDescriptions } from '@eventfleet/http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

/** What `If-Match` says. */
export interface IfMatch {
  /** As the client named them, in order; `*` is one of its own. */
  readonly tags: readonly string[];
  /** Those of the tags that are versions; undefined for `*`, which any user who lives matches. */
  readonly versions: readonly number[] | undefined;
}

const MAX_TAGS = 100;
/** One member of a list of entity tags (RFC 9110, 5.6.1 and 8.8.3), which may be empty, up to its comma or the end. */
const MEMBER = /[ \t]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")?[ \t]*(?:,|$)/y;
/** A weak tag is none: `If-Match` compares strongly, so it never matches (RFC 9110, 13.1.1). */
const VERSION_TAG = /^"(0|[1-9]\d{0,8})"$/;

/** `*`, or a list with a tag at least. */
const LIST = /^[\t ,]*(?:\*|(?:W\/)?"[!#-~\x80-\xff]*"(?:[\t ,]*,[\t ]*(?:W\/)?"[!#-~\x80-\xff]*")*)[\t ,]*$/;

/** What `readIfMatch` reads. */
export const IF_MATCH_HEADER: HeaderDescriptions = {
  'If-Match': {
    schema: z.string().regex(LIST),
    description:
      'Entity tags of which one is the version that the user must be at, such as `"3"`; `*` for any user who lives.',
  },
};

/** Undefined without the header. Node joins several header lines by commas. @throws ProblemError `validation-failed` */
export function readIfMatch({ headers }: FastifyRequest): IfMatch | undefined {
  const header = headers['if-match'];
  if (header === undefined) return undefined;
  if (header.trim() === '*') return { tags: ['*'], versions: undefined };
  const tags = readTags(header);
  if (!tags || tags.length === 0 || tags.length > MAX_TAGS)
    throw validationError([
      { path: 'If-Match', message: `must be * or 1 to ${MAX_TAGS} entity tags, such as "3"` },
    ]);
  const versions = tags.flatMap((tag) => VERSION_TAG.exec(tag)?.[1] ?? []).map(Number);
  return { tags, versions };
}

function readTags(list: string): string[] | undefined {
  const tags: string[] = [];
  for (MEMBER.lastIndex = 0; MEMBER.lastIndex < list.length;) {
    const member = MEMBER.exec(list);
    if (!member) return undefined;
    if (member[1] !== undefined) tags.push(member[1]);
  }
  return tags;
}

const UNSUPPORTED = {
  'if-none-match': 'If-None-Match',
  'if-modified-since': 'If-Modified-Since',
  'if-unmodified-since': 'If-Unmodified-Since',
  'if-range': 'If-Range',
} as const;

/**
 * Refuses each precondition that this edge does not check: who sends one must not be told that it held. With `If-Match`
 * a server has to ignore `If-Unmodified-Since` (RFC 9110, 13.1.4): it is only for servers that do not know the former.
 * @param isCreation of a resource that does not exist yet: it has no version to match
 * @throws ProblemError `validation-failed`
 */
export function refuseUnsupportedPreconditions({ headers }: FastifyRequest, isCreation: boolean): void {
  const errors: FieldError[] = Object.entries(UNSUPPORTED)
    .filter(([name]) => headers[name] !== undefined)
    .filter(([name]) => name !== 'if-unmodified-since' || headers['if-match'] === undefined)
    .map(([, path]) => ({ path, message: 'is not supported on writes; use If-Match' }));
  if (isCreation && headers['if-match'] !== undefined)
    errors.push({ path: 'If-Match', message: 'is not supported here: what is created has no version yet' });
  if (errors.length > 0) throw validationError(errors);
}
