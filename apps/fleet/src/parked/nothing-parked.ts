import type { ParkedFilter } from '@eventfleet/projections';

export function nothingParked({ key, projection }: ParkedFilter): Error {
  const what = key === undefined ? 'no key' : `no key ${JSON.stringify(key)}`;
  return new Error(`${what} is parked${projection === undefined ? '' : ` in projection ${projection}`}`);
}
