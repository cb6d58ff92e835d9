/** A piece of a stream's data: which channel it is on, and its bytes. */
export interface Piece<C extends number> {
  channel: C;
  data: Uint8Array;
}

interface Kept<C extends number> extends Piece<C> {
  /** Of its first byte, counted from the beginning of the stream. */
  start: number;
}

/**
 * What is sent in one direction: at most `windowBytes` until the other side gives credit. The last `windowBytes` are kept,
 * so that one whose connection broke goes on just where it was.
 */
export class OutFlow<C extends number> {
  readonly #windowBytes: number;
  readonly #kept: Kept<C>[] = [];
  #sent = 0;
  #credited = 0;

  constructor(windowBytes: number) {
    this.#windowBytes = windowBytes;
  }

  /** How many bytes may be sent now. */
  get room(): number {
    return Math.max(0, this.#windowBytes - (this.#sent - this.#credited));
  }

  sent(channel: C, data: Uint8Array): void {
    this.#kept.push({ channel, data, start: this.#sent });
    this.#sent += data.byteLength;
    this.#forget();
  }

  /** More than was sent is not believed. */
  credit(bytes: number): void {
    this.#credited = Math.min(this.#sent, this.#credited + bytes);
    this.#forget();
  }

  /**
   * The other side is there again and has `received` bytes; null = it has nothing, and gets all that is kept. Answers
   * what to send again, and how many bytes are gone.
   */
  resume(received: number | null): { pieces: Piece<C>[]; lost: number } {
    const first = this.#kept[0]?.start ?? this.#sent;
    const from = received === null ? first : Math.min(Math.max(received, first), this.#sent);
    this.#credited = from;
    const pieces = this.#kept.flatMap(({ channel, data, start }) => {
      const rest = data.subarray(Math.max(0, from - start));
      return rest.byteLength > 0 ? [{ channel, data: rest }] : [];
    });
    return { pieces, lost: received === null ? first : from - Math.min(received, from) };
  }

  #forget(): void {
    const needed = Math.min(this.#credited, this.#sent - this.#windowBytes);
    while (this.#kept[0] && this.#kept[0].start + this.#kept[0].data.byteLength <= needed) this.#kept.shift();
  }
}

/** What comes in one direction, and when to give credit for it. */
export class InFlow {
  readonly #creditEveryBytes: number;
  #taken = 0;
  #owed = 0;

  constructor(creditEveryBytes: number) {
    this.#creditEveryBytes = creditEveryBytes;
  }

  /** Data bytes taken since the beginning: what one who comes back says. */
  get taken(): number {
    return this.#taken;
  }

  /** The bytes were used up; answers the credit to give now, mostly 0. */
  took(bytes: number): number {
    this.#taken += bytes;
    this.#owed += bytes;
    if (this.#owed < this.#creditEveryBytes) return 0;
    const credit = this.#owed;
    this.#owed = 0;
    return credit;
  }

  /** The other side was told what was taken: nothing is owed for it any more. */
  told(): number {
    this.#owed = 0;
    return this.#taken;
  }
}
