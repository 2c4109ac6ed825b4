import { connect } from 'node:net';

const TIMEOUT_MS = 1_000;

/**
 * Sends a request to a port of the loopback interface, and judges what comes back.
 * @param classifyRecord gets all that has come so far; undefined: more is needed
 * @returns false too where nobody listens, or no judgement is possible within a second
 */
export function askPort(
  port: number,
  request: Buffer,
  classifyRecord: (answer: Buffer) => boolean | undefined,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
    let answer = Buffer.alloc(0);
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      const judgement = classifyRecord(answer);
      if (judgement !== undefined) finish(judgement);
    });
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
    socket.once('close', () => finish(false));
  });
}
