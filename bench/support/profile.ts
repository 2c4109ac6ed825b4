import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RESULTS } from './results.ts';

const FOLDER = join(RESULTS, 'profiles');
const SHOWN = 25;

/** https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Makes a Node process write a profile when it ends. Of several with one name the last is kept. */
export function profileOptions(name: string, options = ''): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `${options} --cpu-prof --cpu-prof-dir=${FOLDER} --cpu-prof-name=${name}.cpuprofile`,
  };
}

export function removeProfiles(): Promise<void> {
  return rm(FOLDER, { recursive: true, force: true });
}

/** For each profile, the functions that took most of the time that the process was not idle. */
export async function summariseProfiles(): Promise<string> {
  const files = await readdir(FOLDER).catch(() => []);
  const summaries = await Promise.all(
    files.map(async (file) => {
      const profile = JSON.parse(await readFile(join(FOLDER, file), 'utf8')) as CpuProfile;
      return `${file}\n${summarise(profile)}`;
    }),
  );
  return summaries.join('\n\n');
}

function summarise({ nodes, samples, timeDeltas }: CpuProfile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '';
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
  times.delete('(idle)');
  times.delete('(root)');
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, time]) => `  ${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`)
    .join('\n');
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (!url) return functionName;
  const place = url.replace(/^.*\/node_modules\//, '').replace(/^.*\/(?=(?:apps|libs|bench)\/)/, '');
  return `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`;
}
