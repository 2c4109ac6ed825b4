/** The entity tag of a version. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** Whether `If-None-Match` names this tag: weak comparison (RFC 9110, 13.1.2), so `W/` does not matter. */
export function matchesEntityTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(/"[^"]*"/g)].some(([named]) => named === tag);
}
