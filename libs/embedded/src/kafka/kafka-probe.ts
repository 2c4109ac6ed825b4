import { connect } from 'node:net';

/** Metadata request, version 1, no topics, no client id: https://kafka.apache.org/43/design/protocol/ */
const REQUEST = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0]);
const BROKER_COUNT_OFFSET = 8;
const TIMEOUT_MS = 1_000;

/** Whether a broker answers requests on this port of the loopback interface and knows itself as part of the cluster. */
export function kafkaAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
    let answer = Buffer.alloc(0);
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => socket.write(REQUEST));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= BROKER_COUNT_OFFSET + 4) finish(answer.readInt32BE(BROKER_COUNT_OFFSET) > 0);
    });
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
    socket.once('close', () => finish(false));
  });
}
