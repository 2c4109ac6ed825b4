import { execFile } from 'node:child_process';

export interface CommandOptions {
  readonly uid?: number;
  readonly gid?: number;
  /** Ends the program when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

export interface ExitedProcess {
  readonly ok: boolean;
  /** Standard output and error, in this order. */
  readonly output: string;
}

/** Runs a program to its end. Never rejects: one that cannot be run is `ok: false` with the reason as output. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<ExitedProcess> {
  return new Promise((resolve) => {
    execFile(command, args, { ...options, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      resolve({ ok: error === null, output: output === '' && error ? error.message : output });
    });
  });
}
