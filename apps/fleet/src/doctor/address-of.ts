/** Where a server is, such as `db.example.org:5432/eventfleet`: without user, password and parameters. */
export function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname === '/' ? '' : pathname}`;
}
