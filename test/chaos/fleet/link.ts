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
    const condition: Condition = { delayMs: 0, isBlackholed: false };
    const proxy = await startTcpProxy({ host: '127.0.0.1', port }, (connection) =>
      apply(connection, condition),
    );
    return new Link(proxy, condition);
  }

  /** Where to connect to. */
  get port(): number {
    return this.#proxy.port;
  }

  /** Another server is behind it from now on. Whoever is connected to the one before is cut off. */
  pointTo(port: number): void {
    this.#proxy.target = { host: '127.0.0.1', port };
    this.reset();
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
  blackhole(): void {
    this.#condition.isBlackholed = true;
    this.#applyToAll();
  }

  /** What was held comes through. */
  heal(): void {
    this.#condition.isBlackholed = false;
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
  isBlackholed: boolean;
}

function apply({ toServer, toClient }: ProxiedConnection, { delayMs, isBlackholed }: Condition): void {
  for (const flow of [toServer, toClient]) {
    flow.delayMs = delayMs;
    if (isBlackholed) flow.hold();
    else flow.release();
  }
}
