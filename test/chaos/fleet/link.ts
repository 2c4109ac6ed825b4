import { startTcpProxy, type ProxiedConnection, type TcpProxy } from '../../support/tcp-proxy.ts';

/** All connections from one place to another, through a proxy that can disturb them. New ones are disturbed alike. */
export class Link {
  readonly #proxy: TcpProxy;
  readonly #condition: Condition;

  private constructor(proxy: TcpProxy, condition: Condition) {
    this.#proxy = proxy;
    this.#condition = condition;
  }

  static async to(port: number): Promise<Link> {
    const condition: Condition = { delayMs: 0, isSilent: false };
    const proxy = await startTcpProxy({ host: '127.0.0.1', port }, (connection) =>
      apply(connection, condition),
    );
    return new Link(proxy, condition);
  }

  /** Where to connect to. */
  get port(): number {
    return this.#proxy.port;
  }

  /** @param ms added in each direction; 0: no more */
  delay(ms: number): void {
    this.#condition.delayMs = ms;
    this.#applyToAll();
  }

  reset(): void {
    this.#proxy.reset();
  }

  /** Nothing comes through any more, not even that one end is gone; whoever connects gets no answer. */
  silence(): void {
    this.#condition.isSilent = true;
    this.#applyToAll();
  }

  /** What was held comes through. */
  heal(): void {
    this.#condition.isSilent = false;
    this.delay(0);
  }

  close(): Promise<void> {
    return this.#proxy.close();
  }

  #applyToAll(): void {
    for (const connection of this.#proxy.connections) apply(connection, this.#condition);
  }
}

interface Condition {
  delayMs: number;
  isSilent: boolean;
}

function apply({ toServer, toClient }: ProxiedConnection, { delayMs, isSilent }: Condition): void {
  for (const flow of [toServer, toClient]) {
    flow.delayMs = delayMs;
    if (isSilent) flow.hold();
    else flow.release();
  }
}
