import type { Fleet } from './fleet.js';

interface Overview {
  readonly topic: string;
  readonly newest?: { readonly code: string };
}

const SUFFIX = '.dead-letter';

/** The groups whose newest dead letter has this code, without the fleet's prefix, by name. */
export async function groupsThatSetAside({ cli, topicPrefix }: Fleet, code: string): Promise<string[]> {
  const list = JSON.parse(await cli('dead-letter', 'list', '--json')) as Overview[];
  return list
    .filter(({ newest }) => newest?.code === code)
    .map(({ topic }) => topic.slice(topicPrefix.length, -SUFFIX.length));
}
