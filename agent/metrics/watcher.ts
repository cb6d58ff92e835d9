import { isDeepStrictEqual } from "node:util";
import type { MetricQuery, ReadingMessage, WatchMessage } from "../../protocol/custom/metrics.ts";
import type { Log } from "../log.ts";
import { Readings } from "./readings.ts";
import { scrape } from "./scrape.ts";

export interface WatcherOptions {
  /** Where the program shows its metrics; null = nowhere. */
  url: string | null;
  /** The newest of what the agent itself measures. */
  own?: () => ReadonlyMap<string, number>;
  onReading: (reading: ReadingMessage) => void;
  log: Log;
}

/** What is being watched. */
interface Watch {
  queries: readonly MetricQuery[];
  readings: Readings;
  intervalMs: number;
  endsMs: number;
  over: AbortController;
}

/** Reads the metrics that gates name while the server asks, one scrape of the program at a time; is still otherwise. */
export class Watcher {
  private readonly options: WatcherOptions;
  private current: Watch | null = null;
  private timer: NodeJS.Timeout | null = null;
  /** The last scrape failed, and the log says so. */
  private failing = false;

  constructor(options: WatcherOptions) {
    this.options = options;
  }

  get watching(): boolean {
    return this.current !== null;
  }

  /** Takes the place of the watch before. The same queries go on with what is known of them. */
  watch(message: WatchMessage): void {
    const { queries, intervalSeconds, forSeconds } = message;
    const endsMs = performance.now() + forSeconds * 1000;
    const intervalMs = intervalSeconds * 1000;
    if (this.current && queries.length > 0 && isDeepStrictEqual(this.current.queries, queries)) {
      Object.assign(this.current, { endsMs, intervalMs });
      return;
    }
    this.stop();
    if (queries.length === 0) return;
    const readings = new Readings(queries);
    for (const problem of readings.problems) this.options.log("warn", `a metric cannot be read: ${problem}`);
    const watch: Watch = { queries, readings, intervalMs, endsMs, over: new AbortController() };
    this.current = watch;
    if (readings.ofProgram && this.options.url) {
      this.options.log("info", `reading metrics at ${this.options.url} for the server`);
    }
    void this.look(watch);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.current?.over.abort();
    this.current = null;
    this.failing = false;
  }

  private async look(watch: Watch): Promise<void> {
    const startedMs = performance.now();
    await this.read(watch);
    if (this.current !== watch) return;
    const waitMs = Math.max(0, startedMs + watch.intervalMs - performance.now());
    this.timer = setTimeout(
      () => {
        if (performance.now() >= watch.endsMs) this.stop();
        else void this.look(watch);
      },
      Math.min(waitMs, Math.max(0, watch.endsMs - performance.now())),
    );
  }

  private async read(watch: Watch): Promise<void> {
    const { log, onReading, own, url } = this.options;
    try {
      const text = url && watch.readings.ofProgram ? await scrape(url, watch.over.signal) : "";
      if (this.current !== watch) return;
      this.failing = false;
      const values = watch.readings.read(text, performance.now(), own?.());
      if (Object.keys(values).length > 0) onReading({ values });
    } catch (error) {
      if (this.current !== watch || this.failing) return;
      this.failing = true;
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
      log(
        "warn",
        `metrics cannot be read, trying again: ${error instanceof Error ? error.message : String(error)}${cause}`,
      );
    }
  }
}
