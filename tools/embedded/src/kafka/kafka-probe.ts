import { askPort } from '../process/ask-port.js';

/** Metadata request, version 1, no topics, no client id: https://kafka.apache.org/43/design/protocol/ */
const REQUEST = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0]);
const BROKER_COUNT_OFFSET = 8;

/** Whether a broker answers requests on this port of the loopback interface and knows itself as part of the cluster. */
export function kafkaAnswers(port: number): Promise<boolean> {
  return askPort(port, REQUEST, (answer) =>
    answer.length < BROKER_COUNT_OFFSET + 4 ? undefined : answer.readInt32BE(BROKER_COUNT_OFFSET) > 0,
  );
}
