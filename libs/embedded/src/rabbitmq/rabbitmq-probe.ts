import { connect } from 'node:net';

/** How a client opens an AMQP 0-9-1 connection: https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, 2.2.4 */
const PROTOCOL_HEADER = Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);
/** The server's answer, `connection.start`: a method frame of channel 0, then its size, then class 10, method 10. */
const METHOD_FRAME = 1;
const METHOD_OFFSET = 7;
const CONNECTION_START = 0x000a_000a;
const TIMEOUT_MS = 1_000;

/** Whether a RabbitMQ answers on this port of the loopback interface. */
export function rabbitmqAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
    let answer = Buffer.alloc(0);
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => socket.write(PROTOCOL_HEADER));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= METHOD_OFFSET + 4)
        finish(answer[0] === METHOD_FRAME && answer.readUInt32BE(METHOD_OFFSET) === CONNECTION_START);
    });
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
    socket.once('close', () => finish(false));
  });
}
