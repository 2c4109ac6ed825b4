/** What mail programs turn into a link by themselves: somebody else's advertisement, under our name. */
const LOOKS_LIKE_A_LINK = /[/@:]|\w\.\w{2,}/;

/** By name, in one line; without it if there is none to use, or if it is a message to whoever reads the mail. */
export function greeting(name: string | undefined): string {
  if (name === undefined) return 'Hello,';
  const line = name.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ').trim();
  return line === '' || LOOKS_LIKE_A_LINK.test(line) ? 'Hello,' : `Hello ${line},`;
}
