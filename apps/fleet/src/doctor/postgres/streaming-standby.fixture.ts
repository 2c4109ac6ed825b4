import { once } from 'node:events';
import pg from 'pg';

export interface StreamingStandby {
  disconnect(): Promise<void>;
}

/** With what the types of pg do not have. */
interface CopyConnection extends pg.Connection {
  sendCopyFromChunk(chunk: Buffer): void;
}

const STATUS_UPDATE = 'r';
const STATUS_BYTES = 34;

/**
 * A standby as the primary sees one: it speaks the replication protocol, and says that it has all log up to now on its
 * disk. https://www.postgresql.org/docs/18/protocol-replication.html
 */
export async function connectStandby(url: string, name: string): Promise<StreamingStandby> {
  const options = { connectionString: url, application_name: name, replication: 'true' };
  const client = new pg.Client(options);
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ timeline: number; xlogpos: string }>('IDENTIFY_SYSTEM');
  const { timeline, xlogpos } = rows[0]!;
  const connection = Reflect.get(client, 'connection') as CopyConnection;
  const started = once(connection, 'replicationStart');
  // It has no answer before the standby leaves.
  client.query(`START_REPLICATION PHYSICAL ${xlogpos} TIMELINE ${timeline}`).catch(() => undefined);
  await started;
  connection.sendCopyFromChunk(statusUpdate(xlogpos));
  return { disconnect: () => client.end() };
}

function statusUpdate(xlogpos: string): Buffer {
  const [high = '0', low = '0'] = xlogpos.split('/');
  const position = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
  const message = Buffer.alloc(STATUS_BYTES);
  message.write(STATUS_UPDATE);
  for (const place of [1, 9, 17]) message.writeBigInt64BE(position, place);
  return message;
}
