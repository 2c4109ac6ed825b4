/** What mail programs turn into a link by themselves: somebody else's advertisement, under our name. */
const LOOKS_LIKE_A_LINK = /[/@:]|\w\.\w{2,}/;

/** By name, in one line; without it where the name is none but a message to whoever reads the mail. */
export function greeting(name: string): string {
  const line = name.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ').trim();
  return line === '' || LOOKS_LIKE_A_LINK.test(line) ? 'Hello,' : `Hello ${line},`;
}
