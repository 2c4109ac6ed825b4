import { askPort } from '../process/ask-port.js';

/** How a client opens an AMQP 0-9-1 connection: https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, 2.2.4 */
const PROTOCOL_HEADER = Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);
/** The server's answer, `connection.start`: a method frame of channel 0, then its size, then class 10, method 10. */
const METHOD_FRAME = 1;
const METHOD_OFFSET = 7;
const CONNECTION_START = 0x000a_000a;

/** Whether a RabbitMQ answers on this port of the loopback interface. */
export function rabbitmqAnswers(port: number): Promise<boolean> {
  return askPort(port, PROTOCOL_HEADER, (answer) =>
    answer.length < METHOD_OFFSET + 4
      ? undefined
      : answer[0] === METHOD_FRAME && answer.readUInt32BE(METHOD_OFFSET) === CONNECTION_START,
  );
}
