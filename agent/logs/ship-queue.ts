import { type ShippedLine, shipLimits } from "../../protocol/custom/logs.ts";

interface Queued extends ShippedLine {
  /** Cursor behind the line; null = it is none of the source's own. */
  c: string | null;
}

export interface Outgoing {
  number: number;
  lines: ShippedLine[];
  dropped: Record<string, number>;
  /** Where each source goes on once the batch is stored. */
  cursors: Map<string, string>;
}

/** What has been read and not been stored yet; bounded, so that readers wait when the server does not take it. */
export class ShipQueue {
  private readonly queue: Queued[] = [];
  private bytes = 0;
  private number = 0;
  private readonly dropped = new Map<string, number>();
  private readonly passed = new Map<string, string>();
  private ended = false;
  private waiting: (() => void)[] = [];
  /** Sent and not answered: it is sent again as it was. */
  private outgoing: Outgoing | null = null;

  get full(): boolean {
    return this.bytes >= 2 * shipLimits.batchBytes || this.queue.length >= 2 * shipLimits.linesPerBatch;
  }

  get empty(): boolean {
    return this.queue.length === 0 && this.outgoing === null;
  }

  /** A batch can be as large as it may. */
  get ripe(): boolean {
    return this.bytes >= shipLimits.batchBytes || this.queue.length >= shipLimits.linesPerBatch;
  }

  add(line: Queued): void {
    this.queue.push(line);
    this.bytes += sizeOf(line);
  }

  /** A quota keeps the line away. */
  drop(source: string, cursor: string): void {
    this.dropped.set(source, (this.dropped.get(source) ?? 0) + 1);
    this.passed.set(source, cursor);
  }

  /** Resolves once there is room, or nobody waits any more. */
  async room(): Promise<void> {
    while (this.full && !this.ended) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** The next batch, or the one that was not answered; null = there is nothing. */
  take(): Outgoing | null {
    if (this.outgoing) return this.outgoing;
    const lines: ShippedLine[] = [];
    const cursors = new Map(this.passed);
    let size = 0;
    for (let next = this.queue[0]; next && lines.length < shipLimits.linesPerBatch; next = this.queue[0]) {
      size += sizeOf(next);
      if (lines.length > 0 && size > shipLimits.batchBytes) break;
      this.queue.shift();
      this.bytes -= sizeOf(next);
      const { c, ...line } = next;
      lines.push(line);
      if (c !== null) cursors.set(line.s, c);
    }
    if (lines.length === 0) return null;
    this.number++;
    this.outgoing = { number: this.number, lines, dropped: Object.fromEntries(this.dropped), cursors };
    this.dropped.clear();
    this.passed.clear();
    return this.outgoing;
  }

  /** The batch was stored. */
  stored(): void {
    this.outgoing = null;
    this.release();
  }

  /** The batch was refused by the quota: its lines, and all that wait, are counted. Answers where their sources go on. */
  refused(): Map<string, string> {
    const batch = this.outgoing;
    this.outgoing = null;
    for (const [source, count] of Object.entries(batch?.dropped ?? {})) {
      this.dropped.set(source, (this.dropped.get(source) ?? 0) + count);
    }
    for (const { s } of batch?.lines ?? []) this.dropped.set(s, (this.dropped.get(s) ?? 0) + 1);
    for (const [source, cursor] of batch?.cursors ?? []) this.passed.set(source, cursor);
    for (const { s, c } of this.queue.splice(0)) {
      if (c !== null) this.drop(s, c);
    }
    this.bytes = 0;
    this.release();
    return new Map(this.passed);
  }

  /** What a quota kept away and nobody was told of yet. */
  untold(): Record<string, number> {
    return Object.fromEntries(this.dropped);
  }

  /** As `untold` said it before a restart. */
  owe(dropped: Readonly<Record<string, number>>): void {
    for (const [source, count] of Object.entries(dropped)) this.dropped.set(source, count);
  }

  /** Where sources stand whose lines were only counted. */
  passedBy(): ReadonlyMap<string, string> {
    return this.passed;
  }

  end(): void {
    this.ended = true;
    this.release();
  }

  private release(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const sizeOf = (line: Queued) => Buffer.byteLength(line.l) + 1;
