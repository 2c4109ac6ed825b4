import type { Socket } from 'node:net';
import pg from 'pg';

interface Wired {
  /** Not in pg's types. */
  readonly connection: { readonly stream: Socket };
}

/**
 * A client that closes its connection if the server is silent for so long while it owes an answer. The socket has one
 * timer for that. pg's `query_timeout` makes one for each query, and what these hold outlives young collections.
 * @param silenceMs at most this long without a byte
 */
export function boundedClient(silenceMs: number): typeof pg.Client {
  return class extends pg.Client {
    private isWaiting = false;

    constructor(config?: string | pg.ClientConfig) {
      super(config);
      this.on('drain', () => (this.isWaiting = false));
      this.once('connect', () => this.boundSilence());
    }

    override readonly query: pg.Client['query'] = (...args: unknown[]) => {
      this.isWaiting = true;
      return (super.query as (...all: unknown[]) => never)(...args);
    };

    private boundSilence(): void {
      const { stream } = (this as unknown as Wired).connection;
      stream.setTimeout(silenceMs, () => {
        if (this.isWaiting)
          stream.destroy(new Error(`Connection terminated, as the server was silent for ${silenceMs} ms`));
      });
    }
  };
}
