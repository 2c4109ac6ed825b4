import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** For a file that is measured as a process of its own: it gets options from `runContestant`, and gives a result back. */
export function contestant<Options, Result>(measure: (options: Options) => Promise<Result>): void {
  process.once('disconnect', () => process.exit(1));
  process.once('message', (options) => {
    measure(options as Options).then(
      (result) => process.send?.(result, () => process.exit(0)),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

/**
 * Runs a contestant's file (relative to `bench/`) as a process of its own, so that no heap and no compiled code is
 * shared between the things that are compared.
 * @throws Error when it ends without a result; what went wrong is on standard error
 */
export function runContestant<Options extends object, Result>(
  file: string,
  options: Options,
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const child = fork(fileURLToPath(new URL(`../${file}`, import.meta.url)), {
    env: { ...process.env, ...env },
    // kafkajs as it comes sets timers that Node 24 warns of.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
  });
  child.send(options);
  return new Promise((resolve, reject) => {
    let result: Result | undefined;
    child.once('message', (message) => {
      result = message as Result;
    });
    child.once('exit', (code) => {
      if (result === undefined) reject(new Error(`${file} ended without a result (exit code ${code})`));
      else resolve(result);
    });
  });
}
