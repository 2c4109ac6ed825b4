import { connect, type Socket } from 'node:net';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: string;
}

/**
 * One HTTP/1.1 connection with one request in flight. It reads what the measured servers write, answers with a
 * Content-Length or in chunks without trailers, and nothing else: on two cores a general client would take the time of
 * the server that it measures.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #received = '';
  #waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** @param url without a path */
  static open(url: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket, host));
      });
    });
  }

  get isOpen(): boolean {
    return !this.#socket.closed && this.#socket.writable;
  }

  /** @throws Error if the server has closed the connection, or closes it before it answers */
  send({ method, path, headers, body = '' }: HttpRequest): Promise<HttpAnswer> {
    let head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n`;
    if (body) head += `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
    return new Promise((resolve, reject) => {
      if (!this.isOpen) throw new Error('the server closed the connection');
      this.#waiting = { resolve, reject };
      this.#socket.write(`${head}\r\n${body}`);
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #receive(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd + 2);
    const length = headerOf(head, 'content-length');
    const isChunked = headerOf(head, 'transfer-encoding') === 'chunked';
    if (length === undefined && !isChunked) {
      this.#fail(new Error(`an answer whose length is not told: ${head}`));
      return;
    }
    const from = headEnd + 4;
    const read = isChunked
      ? readChunks(this.#received, from)
      : readLength(this.#received, from, Number(length));
    if (read === undefined) return;
    const { body, end } = read;
    this.#received = this.#received.slice(end);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), header: (name) => headerOf(head, name), body });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

/** A body, and where it ends in what was received. */
interface ReadBody {
  readonly body: string;
  readonly end: number;
}

/** Undefined while a part is missing. */
function readLength(received: string, from: number, length: number): ReadBody | undefined {
  const end = from + length;
  return received.length < end ? undefined : { body: received.slice(from, end), end };
}

/** Undefined while a part is missing. */
function readChunks(received: string, from: number): ReadBody | undefined {
  let body = '';
  for (let at = from; ;) {
    const sizeEnd = received.indexOf('\r\n', at);
    if (sizeEnd < 0) return undefined;
    const size = Number.parseInt(received.slice(at, sizeEnd), 16);
    const end = sizeEnd + 2 + size;
    if (received.length < end + 2) return undefined;
    if (size === 0) return { body, end: end + 2 };
    body += received.slice(sizeEnd + 2, end);
    at = end + 2;
  }
}

/** @param name in lower case */
function headerOf(head: string, name: string): string | undefined {
  const start = head.toLowerCase().indexOf(`\r\n${name}:`);
  if (start < 0) return undefined;
  const from = start + name.length + 3;
  return head.slice(from, head.indexOf('\r\n', from)).trim();
}
