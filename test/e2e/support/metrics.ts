import { request } from './request.js';

/** The sum of a metric over its labels, as an app tells it; 0 when it tells none. */
export async function metric(app: string, name: string): Promise<number> {
  const text = await (await request(`${app}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
