import { lineMatcher } from "../../domain/logs/logs.ts";
import type { LineRecord, TailRecord, TailSpec } from "../../protocol/custom/logs.ts";
import type { LogCatalog } from "./catalog.ts";
import { type LogSource, SourceError, type SourceEvent, type SourceLine } from "./source.ts";

/** Where a tail goes to: a viewer who may be slower than the logs. */
export interface TailSink {
  /** Resolves when the viewer has room for more. Rejects when there is no viewer any more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Said in its place between the bytes. */
  dropped(lines: number): void;
}

/** What may wait for a viewer while it follows; what comes beyond it is dropped and counted. */
const waitingBytes = 256 * 1024;
const writtenAtOnce = 32 * 1024;
/** Of the last matching lines that are gathered before they are told. */
const gatheredBytes = 4 * 1024 * 1024;

/** Reads what is asked for until it is told, or the signal. Throws a SourceError when a source cannot be read at all. */
export async function runTail(
  catalog: LogCatalog,
  spec: TailSpec,
  sink: TailSink,
  signal: AbortSignal,
): Promise<void> {
  const names = spec.sources.length > 0 ? spec.sources : await catalog.own();
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const out = new Outlet(sink, stop);
  try {
    out.push({ sources: await catalog.list() });
    if (names.length === 0) {
      throw new SourceError("this agent keeps nothing running: name a source, such as file//var/log/app.log");
    }
    const sources = await Promise.all(names.map((name) => catalog.find(name)));
    await Promise.all(
      sources.map((source) =>
        one(source, spec, out, stopping.signal).catch((error: unknown) => {
          if (!(error instanceof SourceError) || sources.length === 1) throw error;
          out.push({ s: source.name, note: error.message });
        }),
      ),
    );
  } finally {
    // Also before it says why not: what may be read instead was told first.
    await out.drained();
    stop();
    signal.removeEventListener("abort", stop);
  }
}

async function one(source: LogSource, spec: TailSpec, out: Outlet, signal: AbortSignal): Promise<void> {
  const cursor = spec.cursors[source.name] ?? null;
  const matches = lineMatcher(spec);
  const filtered = spec.text !== null || spec.sinceMs !== null || spec.untilMs !== null;
  const gathered = cursor === null && spec.lines !== null && filtered ? new LastLines(spec.lines) : null;
  let following = false;
  const events = source.read({
    cursor,
    lines: filtered ? null : spec.lines,
    sinceMs: spec.sinceMs,
    follow: spec.follow,
    signal,
  });
  const tell = async (record: LineRecord) => {
    if (following) out.offer(record);
    else await out.add(record);
  };
  const release = async () => {
    for (const record of gathered?.take() ?? []) await out.add(record);
  };
  for await (const event of events as AsyncIterable<SourceEvent>) {
    if (event.kind === "current") {
      await release();
      following = true;
    } else if (event.kind === "lost") {
      out.push({ s: source.name, note: event.text });
    } else if (matches(event.line.timeMs, event.line.text)) {
      const record = recordOf(source.name, event.line);
      if (gathered && !following) gathered.add(record);
      else await tell(record);
    }
  }
  await release();
}

const recordOf = (source: string, { timeMs, stream, text, cursor }: SourceLine): LineRecord => ({
  t: timeMs,
  s: source,
  o: stream,
  l: text,
  c: cursor,
});

/** The last so many, within bounds. */
class LastLines {
  private readonly most: number;
  private records: LineRecord[] = [];
  private bytes = 0;

  constructor(most: number) {
    this.most = most;
  }

  add(record: LineRecord): void {
    this.records.push(record);
    this.bytes += record.l.length;
    while (this.records.length > this.most || this.bytes > gatheredBytes) {
      this.bytes -= this.records.shift()?.l.length ?? 0;
    }
  }

  take(): LineRecord[] {
    return this.records.splice(0);
  }
}

type Waiting = { bytes: Uint8Array } | { dropped: number };

/** Between the readers and the viewer. What follows live is dropped when the viewer lags; what was there before waits. */
class Outlet {
  private readonly sink: TailSink;
  private readonly onGone: () => void;
  private readonly waiting: Waiting[] = [];
  private held = 0;
  private writing: Promise<void> | null = null;
  private gone = false;

  constructor(sink: TailSink, onGone: () => void) {
    this.sink = sink;
    this.onGone = onGone;
  }

  /** Waits while there is no room. */
  async add(record: LineRecord): Promise<void> {
    this.push(record);
    while (this.held > waitingBytes && this.writing && !this.gone) await this.writing;
  }

  /** Counts it as dropped when there is no room. */
  offer(record: LineRecord): void {
    if (this.held <= waitingBytes) {
      this.push(record);
      return;
    }
    const last = this.waiting.at(-1);
    if (last && "dropped" in last) last.dropped++;
    else this.waiting.push({ dropped: 1 });
  }

  push(record: TailRecord): void {
    if (this.gone) return;
    const bytes = new TextEncoder().encode(`${JSON.stringify(record)}\n`);
    this.waiting.push({ bytes });
    this.held += bytes.length;
    this.writing ??= this.write();
  }

  async drained(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private async write(): Promise<void> {
    // Lines of one turn travel together.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      for (let next = this.take(); next; next = this.take()) {
        if ("dropped" in next) this.sink.dropped(next.dropped);
        else {
          await this.sink.write(next.bytes);
          this.held -= next.bytes.length;
        }
      }
    } catch {
      this.gone = true;
      this.waiting.length = 0;
      this.onGone();
    }
    this.writing = null;
  }

  /** As many lines as go into one frame. */
  private take(): Waiting | null {
    const [first] = this.waiting;
    if (!first || "dropped" in first) return this.waiting.shift() ?? null;
    const parts: Uint8Array[] = [];
    let size = 0;
    for (let next = this.waiting[0]; next && "bytes" in next; next = this.waiting[0]) {
      if (parts.length > 0 && size + next.bytes.length > writtenAtOnce) break;
      parts.push(next.bytes);
      size += next.bytes.length;
      this.waiting.shift();
    }
    return { bytes: Buffer.concat(parts) };
  }
}
