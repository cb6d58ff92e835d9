import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ShipMessage } from "../../protocol/custom/logs.ts";
import { replaceFile } from "../durable-file.ts";
import type { Log } from "../log.ts";
import type { ConnectionTarget } from "../state-file.ts";
import type { LogCatalog } from "./catalog.ts";
import { type Outgoing, ShipQueue } from "./ship-queue.ts";
import { ShippingRefused, ShipSocket } from "./ship-socket.ts";
import { SourceError } from "./source.ts";

export interface ShipPace {
  /** A batch leaves so long after its first line, or when it is full. */
  flushMs: number;
  /** Of batches that are not full, in the long run one in so long leaves, since each costs the server a row. */
  spacingMs: number;
  /** A connection without anything to ship is closed. */
  idleMs: number;
  /** Between two looks for sources that have come. */
  lookMs: number;
  /** Between two looks at a file. */
  pollMs: number;
  /** The first pause after a failure; it doubles. */
  retryMs: number;
}

export const defaultShipPace: ShipPace = {
  flushMs: 5_000,
  spacingMs: 60_000,
  idleMs: 60_000,
  lookMs: 30_000,
  pollMs: 1_000,
  retryMs: 2_000,
};
/** So many that are not full may leave one after another. */
const burst = 5;
const longestRetryMs = 120_000;
/** The server says so itself when it takes logs again; this is for what it says and nobody hears. */
const refusedMs = 300_000;

export interface ShipperOptions {
  catalog: LogCatalog;
  /** Holds `logs/shipping.json`. */
  stateDir: string;
  /** Asked at every dial. */
  target: () => ConnectionTarget;
  log: Log;
  pace: ShipPace;
}

interface Saved {
  /** By source: what was stored, or counted. */
  cursors: Record<string, string>;
  /** By source: lines that a quota kept away and the server has not heard of. */
  dropped: Record<string, number>;
}

const pack = promisify(gzip);

/**
 * Ships sources to the server, each line at least once: a source goes on behind what the server has stored, also after a
 * restart. While the server is not to be had, readers wait and what was written stays where it is.
 */
export class Shipper {
  private readonly options: ShipperOptions;
  private readonly file: string;
  private readonly queue = new ShipQueue();
  private readonly readers = new Set<string>();
  private readonly stopping = new AbortController();
  /** Numbers of batches count within a run: after a restart a batch may hold other lines. */
  private readonly run = randomBytes(12).toString("hex");
  private readonly saved: Saved;
  private readonly sources: readonly string[];
  private socket: ShipSocket | null = null;
  private quotaUntilMs = 0;
  private nudged = false;
  /** Up to when batches that are not full have used up their share. */
  private spacedMs = 0;
  private wake: (() => void) | null = null;
  private readonly complained = new Set<string>();

  constructor(options: ShipperOptions, { sources }: ShipMessage) {
    this.options = options;
    this.file = shippingFile(options.stateDir);
    this.sources = sources;
    this.saved = readSaved(this.file);
    this.queue.owe(this.saved.dropped);
  }

  start(): void {
    void this.look(true);
    void this.ship();
  }

  /** The server says again that it takes logs. */
  retry(): void {
    this.nudged = true;
    this.wake?.();
  }

  stop(): void {
    this.stopping.abort();
    this.queue.end();
    this.wake?.();
    this.socket?.close();
    this.save();
  }

  /** Begins to read what has come since. */
  private async look(first: boolean): Promise<void> {
    const { catalog, pace, log } = this.options;
    try {
      for (const name of await catalog.matching(this.sources)) {
        if (!this.readers.has(name) && !this.stopped) void this.read(name, first);
      }
    } catch (error) {
      log("warn", `sources of logs cannot be listed: ${String(error)}`);
    }
    if (!this.stopped) setTimeout(() => void this.look(false), pace.lookMs).unref();
  }

  /** What was there when shipping began stays; what a new source has is shipped from its beginning. */
  private async read(name: string, first: boolean): Promise<void> {
    const { catalog, pace, log } = this.options;
    this.readers.add(name);
    try {
      const source = await catalog.find(name, pace.pollMs);
      const events = source.read({
        cursor: this.saved.cursors[name] ?? null,
        lines: first ? 0 : null,
        sinceMs: null,
        follow: true,
        signal: this.stopping.signal,
      });
      for await (const event of events) {
        if (event.kind === "current") {
          if (event.cursor !== null) this.saved.cursors[name] ??= event.cursor;
          continue;
        }
        const { timeMs, stream, text, cursor } =
          event.kind === "line"
            ? event.line
            : { timeMs: Date.now(), stream: null, text: `muster-agent: ${event.text}`, cursor: null };
        if (cursor !== null && Date.now() < this.quotaUntilMs) {
          this.queue.drop(name, cursor);
          continue;
        }
        await this.queue.room();
        this.queue.add({ t: timeMs, s: name, o: stream, l: text, c: cursor });
        this.wake?.();
      }
      this.complained.delete(name);
    } catch (error) {
      const words = error instanceof SourceError ? error.message : String(error);
      if (!this.complained.has(name)) log("warn", `logs of ${name} are not shipped: ${words}`);
      this.complained.add(name);
    }
    this.readers.delete(name);
  }

  private async ship(): Promise<void> {
    const { log, pace } = this.options;
    let retryMs = pace.retryMs;
    while (!this.stopped) {
      if (this.queue.empty) {
        await this.pause(this.socket ? pace.idleMs : null);
        if (this.queue.empty) this.disconnect();
        continue;
      }
      if (!this.queue.ripe) await this.pause(Math.max(pace.flushMs, this.spacing()), () => this.queue.ripe);
      if (this.stopped) return;
      const batch = this.queue.take();
      if (!batch) continue;
      try {
        await this.send(batch);
        retryMs = pace.retryMs;
      } catch (error) {
        this.disconnect();
        if (this.stopped) return;
        const isRefused = error instanceof ShippingRefused;
        const pauseMs = isRefused ? refusedMs : retryMs * (0.5 + Math.random());
        retryMs = Math.min(longestRetryMs, retryMs * 2);
        const reason = error instanceof Error ? error.message : String(error);
        log("warn", `logs are not shipped: ${reason}; trying again in ${Math.round(pauseMs / 1000)} s`);
        this.nudged = false;
        await this.pause(pauseMs, () => this.nudged);
      }
    }
  }

  /** How long a batch that is not full is to wait; counts it as one. */
  private spacing(): number {
    const { spacingMs } = this.options.pace;
    const nowMs = Date.now();
    this.spacedMs = Math.max(this.spacedMs, nowMs - burst * spacingMs) + spacingMs;
    return this.spacedMs - nowMs;
  }

  private async send(batch: Outgoing): Promise<void> {
    const head = { run: this.run, batch: batch.number, dropped: batch.dropped };
    const lines = [head, ...batch.lines].map((one) => JSON.stringify(one)).join("\n");
    const packed = await pack(lines);
    // Behind the packing, in which a connection may be closed.
    if (!this.socket?.open) this.socket = await ShipSocket.open(this.options.target());
    // Whoever ships next has the file from here on.
    if (this.stopped) throw new Error("shipping was stopped");
    const answer = await this.socket.send(packed);
    if (this.stopped) throw new Error("shipping was stopped");
    if (answer.type === "quota") {
      this.quotaUntilMs = answer.untilMs;
      this.queue.refused();
      const until = new Date(answer.untilMs).toISOString();
      this.options.log(
        "warn",
        `the day's quota of kept logs is used up: lines are dropped and counted until ${until}`,
      );
    } else {
      this.queue.stored();
      for (const [source, cursor] of batch.cursors) this.saved.cursors[source] = cursor;
    }
    this.save();
  }

  private save(): void {
    for (const [source, cursor] of this.queue.passedBy()) this.saved.cursors[source] = cursor;
    const saved: Saved = { cursors: this.saved.cursors, dropped: this.queue.untold() };
    try {
      replaceFile(this.file, JSON.stringify(saved), { mode: 0o600 });
    } catch (error) {
      this.options.log(
        "warn",
        `what was shipped cannot be noted, so it may be shipped again: ${String(error)}`,
      );
    }
  }

  private disconnect(): void {
    this.socket?.close();
    this.socket = null;
  }

  /** Until something is read that ends it, the time (null = however long), or the stop. */
  private pause(ms: number | null, ends: () => boolean = () => true): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        if (timer) clearTimeout(timer);
        this.wake = null;
        resolve();
      };
      const timer = ms === null ? null : setTimeout(done, ms);
      timer?.unref();
      this.wake = () => {
        if (this.stopped || ends()) done();
      };
    });
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }
}

const shippingFile = (stateDir: string) => join(stateDir, "logs", "shipping.json");

/** Shipping was turned off: when it is turned on again, it begins anew. */
export function forgetShipping(stateDir: string): void {
  rmSync(shippingFile(stateDir), { force: true });
}

function readSaved(file: string): Saved {
  if (!existsSync(file)) return { cursors: {}, dropped: {} };
  try {
    // Written by `save`.
    return JSON.parse(readFileSync(file, "utf8")) as Saved;
  } catch {
    return { cursors: {}, dropped: {} };
  }
}
