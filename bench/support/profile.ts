import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RESULTS } from './results.ts';

const FOLDER = join(RESULTS, 'profiles');
const SHOWN = 15;
const LOADING = '(loading)';
const NOT_WORK = new Set(['(idle)', '(root)', '(program)', LOADING]);

/** Our files about spans and trace ids, and the SDK. */
const TRACING =
  /\/tracing\/|\/(?:command-spans|request-span|traced-batch|traced-histogram)\.js$|\/@opentelemetry\//;

/** https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly children?: readonly number[];
  readonly callFrame: CallFrame;
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
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

/** For each profile where the time goes in which the process was neither idle nor loading modules. */
export async function summariseProfiles(): Promise<string> {
  const files = await readdir(FOLDER).catch(() => []);
  const summaries = await Promise.all(
    files.map(async (file) => {
      const profile = JSON.parse(await readFile(join(FOLDER, file), 'utf8')) as CpuProfile;
      const packages = shares(profile, (stack) => stack.map(packageOf).find(Boolean) ?? nameOf(stack[0]));
      const functions = shares(profile, ([frame]) => nameOf(frame));
      const tracing = shares(profile, (stack) => (isTracing(stack) ? 'tracing' : 'all else'));
      return [
        `${file}, by package (with what it calls of Node)\n${packages}`,
        `${file}, by function\n${functions}`,
        `${file}, what tracing costs\n${tracing}`,
      ].join('\n');
    }),
  );
  return summaries.join('\n\n');
}

/** @param keyOf what a sample counts for, by its stack from the innermost function outwards */
function shares({ nodes, samples, timeDeltas }: CpuProfile, keyOf: (stack: CallFrame[]) => string): string {
  const keys = keysOf(nodes, keyOf);
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const key = keys.get(id) ?? '';
    if (!NOT_WORK.has(key)) times.set(key, (times.get(key) ?? 0) + (timeDeltas[index] ?? 0));
  });
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([key, time]) => `  ${((100 * time) / busy).toFixed(1).padStart(5)} %  ${key}`)
    .join('\n');
}

function keysOf(nodes: readonly ProfileNode[], keyOf: (stack: CallFrame[]) => string): Map<number, string> {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return new Map(
    nodes.map(({ id }) => {
      const stack: CallFrame[] = [];
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
        const node = byId.get(at);
        if (node) stack.push(node.callFrame);
      }
      return [id, stack.some(isLoading) ? LOADING : keyOf(stack)];
    }),
  );
}

function isLoading({ url }: CallFrame): boolean {
  return url.startsWith('node:internal/modules/');
}

/** Whether the innermost function that is not Node's belongs to tracing: not the work that a span is put around. */
function isTracing(stack: readonly CallFrame[]): boolean {
  const { url = '' } = stack.find((frame) => packageOf(frame) !== undefined) ?? {};
  return TRACING.test(url);
}

function packageOf({ url }: CallFrame): string | undefined {
  const installed = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  return installed ?? /\/((?:apps|libs|tools|bench)\/[^/]+)\//.exec(url)?.[1];
}

function nameOf(frame: CallFrame | undefined): string {
  const { functionName, url, lineNumber } = frame ?? { functionName: '', url: '', lineNumber: 0 };
  if (!url) return functionName || '(native)';
  const place = url.replace(/^.*\/node_modules\//, '').replace(/^.*\/(?=(?:apps|libs|tools|bench)\/)/, '');
  return `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`;
}
