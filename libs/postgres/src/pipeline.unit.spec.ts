import { Duplex } from 'node:stream';
import pg from 'pg';
import { pipeline } from './pipeline.js';

const AUTHENTICATED = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const COMPLETE = Buffer.concat([Buffer.from([0x43, 0, 0, 0, 7]), Buffer.from('OK\0')]);

/** A connection to a server that only says that it is ready, and keeps how much was written at a time. */
class FakeConnection extends Duplex {
  readonly writes: number[] = [];

  connect(): void {
    setImmediate(() => this.emit('connect'));
  }

  setNoDelay(): this {
    return this;
  }

  answer(...messages: Buffer[]): void {
    for (const message of messages) this.push(message);
  }

  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(1);
    if (this.writes.length === 1) this.answer(AUTHENTICATED, READY);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.length);
    done();
  }
}

describe('pipeline', () => {
  it('sends all statements in one write', async () => {
    const connection = new FakeConnection();
    const client = new pg.Client({ stream: () => connection, pipeline: true, user: 'nobody' });
    await client.connect();
    connection.writes.length = 0;

    const results = pipeline(client, ['begin', { text: 'select $1', values: ['x'] }, 'commit']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(connection.writes).toEqual([expect.any(Number)]);
    connection.answer(COMPLETE, READY, COMPLETE, READY, COMPLETE, READY);
    expect(await results).toHaveLength(3);
  });
});
