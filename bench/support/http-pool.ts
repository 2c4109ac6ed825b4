import { HttpConnection, type HttpAnswer, type HttpRequest } from './http-connection.ts';

/** As many connections as are needed at once. */
export class HttpPool implements Disposable {
  readonly #free: HttpConnection[] = [];
  readonly #all: HttpConnection[] = [];

  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    const connection = this.#takeFree() ?? (await this.#open());
    const answer = await connection.send(request);
    this.#free.push(connection);
    return answer;
  }

  [Symbol.dispose](): void {
    for (const connection of this.#all) connection.close();
  }

  /** A server closes what was idle for long. */
  #takeFree(): HttpConnection | undefined {
    for (let next = this.#free.pop(); next !== undefined; next = this.#free.pop())
      if (next.isOpen) return next;
    return undefined;
  }

  async #open(): Promise<HttpConnection> {
    const connection = await HttpConnection.open(this.#url);
    this.#all.push(connection);
    return connection;
  }
}
