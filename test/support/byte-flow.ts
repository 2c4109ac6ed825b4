import type { Socket } from 'node:net';

/** One end has no more to say; one end is gone. */
type Last = 'end' | 'close';

interface Piece {
  readonly bytes: Uint8Array | Last;
  readonly due: number;
}

/** One direction of a proxied connection: bytes arrive in order and whole, but as late as it is told. */
export class ByteFlow {
  /** Added to every piece that comes in from now on. */
  delayMs = 0;
  /** Called with every piece that comes in, before it goes anywhere. */
  onBytes: (bytes: Buffer) => void = () => undefined;
  /** Called with every piece that is held back. */
  onHeld: () => void = () => undefined;

  readonly #to: Socket;
  readonly #pieces: Piece[] = [];
  #isHeld = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(from: Socket, to: Socket) {
    this.#to = to;
    from.on('data', (bytes: Buffer) => {
      this.onBytes(bytes);
      this.#take(bytes);
    });
    for (const last of ['end', 'close'] as const) from.on(last, () => this.#take(last));
    to.on('close', () => clearTimeout(this.#timer));
  }

  /** From now on nothing comes out, not even that the other side is gone. */
  hold(): void {
    this.#isHeld = true;
  }

  /** What was held comes out, then everything as it arrives. */
  release(): void {
    this.#isHeld = false;
    this.#pump();
  }

  #take(bytes: Uint8Array | Last): void {
    // Never before what is under way.
    const due = Math.max(performance.now() + this.delayMs, this.#pieces.at(-1)?.due ?? 0);
    this.#pieces.push({ bytes, due });
    if (this.#isHeld) this.onHeld();
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    while (!this.#isHeld && this.#pieces.length > 0) {
      const { bytes, due } = this.#pieces[0]!;
      const wait = due - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#pump(), wait);
        return;
      }
      this.#pieces.shift();
      if (bytes === 'close') this.#to.destroySoon();
      else if (bytes === 'end') this.#to.end();
      else if (this.#to.writable) this.#to.write(bytes);
    }
  }
}
