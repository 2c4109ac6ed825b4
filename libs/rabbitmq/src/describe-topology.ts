import type { RabbitmqSettings } from '@eventfleet/config';
import type { WorkQueue } from '@eventfleet/contracts';
import type { Channel } from 'amqplib';
import { openConnection, type RabbitmqConnection } from './connection.js';
import { isAccepted, NOT_FOUND, PRECONDITION_FAILED } from './is-accepted.js';
import { declareExchange, queueDeclarations, withPrefix } from './topology.js';

/** An exchange or a queue of the fleet. `different`: it is not as durable as the fleet makes it, or moves messages elsewhere. */
export interface TopologyPart {
  readonly kind: 'exchange' | 'queue';
  /** Its full name. */
  readonly name: string;
  readonly state: 'as declared' | 'missing' | 'different';
}

export interface RabbitmqDescription {
  readonly product: string;
  readonly version: string;
  readonly parts: readonly TopologyPart[];
}

/**
 * Compares the server's exchanges and queues with what `ensureQueues` makes. RabbitMQ does not tell how one was made. So
 * one that exists is declared once more, which changes nothing, and is refused if it differs. Bindings cannot be asked.
 * @throws Error of the network or of amqplib; RabbitmqError `no-answer`
 */
export async function describeTopology(
  settings: RabbitmqSettings,
  queues: readonly WorkQueue[],
): Promise<RabbitmqDescription> {
  const connection = await openConnection(settings, 'eventfleet-cli');
  try {
    const parts: TopologyPart[] = [];
    for (const exchange of new Set(queues.map((queue) => queue.exchange))) {
      const name = withPrefix(settings, exchange);
      const state = await stateOf(connection, {
        check: (channel) => channel.checkExchange(name),
        declare: (channel) => declareExchange(channel, settings, exchange),
      });
      parts.push({ kind: 'exchange', name, state });
    }
    for (const { name, options } of queues.flatMap((queue) => queueDeclarations(settings, queue))) {
      const state = await stateOf(connection, {
        check: (channel) => channel.checkQueue(name),
        declare: (channel) => channel.assertQueue(name, options),
      });
      parts.push({ kind: 'queue', name, state });
    }
    return { ...connection.server, parts };
  } finally {
    await connection.close();
  }
}

async function stateOf(
  connection: RabbitmqConnection,
  ask: Readonly<Record<'check' | 'declare', (channel: Channel) => Promise<unknown>>>,
): Promise<TopologyPart['state']> {
  if (!(await isAccepted(connection, ask.check, NOT_FOUND))) return 'missing';
  return (await isAccepted(connection, ask.declare, PRECONDITION_FAILED)) ? 'as declared' : 'different';
}
