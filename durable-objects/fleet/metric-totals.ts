import type { AgentId } from "../../domain/ids.ts";
import { resolutions, rowSlot, rowStartMs } from "../../domain/metrics/resolutions.ts";
import { hourMs, hourOf } from "../../domain/usage/hours.ts";
import { MetricBlock } from "./metric-block.ts";
import { type MetricStore, putPoint, type RollUp } from "./metric-store.ts";
import { AddingUp, agentsAtOnce, type Step } from "./metric-sums.ts";

/** Agents that send seldom, or were away, get so long after an hour to tell of it. */
const patienceMs = 5 * 60_000;
/** Hours further back than this are not made up for. */
const lookBackHours = 24;
/** Of an hour that is not over, so long for each agent: adding up takes a small part of that. */
const rememberedMs = 2;
/** More than these are not added up by 10 seconds: it would take too long, and too much memory. */
export const maxAgentsBy10s = 500;

const minutes = resolutions["1m"];
const hours = resolutions["1h"];

/** Hours before this are over, and everybody had time to tell of them. */
export const closedUntil = (nowMs: number): number => hourOf(nowMs - patienceMs);

/** The oldest hour that is made up for. */
export const oldestOpen = (nowMs: number): number => hourOf(nowMs) - lookBackHours * hourMs;

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** What a fleet's agents are together: kept once an hour for the hour before, worked out on demand for what is newer. */
export class MetricTotals {
  readonly #remembered = new Map<string, { untilMs: number; block: MetricBlock }>();
  readonly #sql: SqlStorage;
  readonly #store: MetricStore;
  readonly #agents: () => Iterable<AgentId>;
  /** An hour of a large fleet that is being closed. */
  #closing: { start: number; sums: AddingUp } | null = null;
  #asked: Promise<unknown> = Promise.resolve();

  constructor(sql: SqlStorage, store: MetricStore, agents: () => Iterable<AgentId>) {
    this.#sql = sql;
    this.#store = store;
    this.#agents = agents;
  }

  get agentCount(): number {
    return [...this.#agents()].length;
  }

  /** `goOn` is to be called. */
  get isClosing(): boolean {
    return this.#closing !== null;
  }

  /**
   * Adds the hour that begins at `start` up, if it is over: a row of its minutes, and its place in the row of its day.
   * Answers until when hours are added up now. Of a large fleet it only begins to.
   */
  close(start: number, nowMs: number): number {
    if (start >= closedUntil(nowMs) || this.#closing?.start === start) return start;
    const sums = this.#addUp(start, [60, 3600]);
    if (this.agentCount > agentsAtOnce) {
      this.#closing = { start, sums };
      return start;
    }
    while (!sums.step()) {}
    return this.#close(start, sums);
  }

  /** The next of a large fleet's agents, so that the fleet moves in between. Answers as `close` does; null = there is nothing to do. */
  goOn(): number | null {
    const closing = this.#closing;
    if (!closing) return null;
    if (!closing.sums.step()) return closing.start;
    this.#closing = null;
    return this.#close(closing.start, closing.sums);
  }

  kept(resolution: RollUp, from: number, to: number) {
    const { seconds, points } = resolutions[resolution];
    return this.#sql
      .exec<{ start: number; body: ArrayBuffer }>(
        "SELECT start, body FROM metric_totals WHERE seconds = ? AND start >= ? AND start <= ? ORDER BY start",
        seconds,
        from,
        to,
      )
      .toArray()
      .map(({ start, body }) => ({ start, block: MetricBlock.decode("total", points, body) }));
  }

  /** Of the hour that begins at `start`, from the agents' own rows: at 10 seconds, by minutes or as one point. */
  async ofHour(start: number, seconds: Step, nowMs: number): Promise<MetricBlock> {
    const key = `${start}/${seconds}`;
    const remembered = () => {
      const known = this.#remembered.get(key);
      return known && nowMs < known.untilMs ? known.block : null;
    };
    const work = async () => {
      const sums = this.#addUp(start, [seconds]);
      while (!sums.step()) await pause();
      const block = sums.totals[0] ?? new MetricBlock("total", 3600 / seconds);
      const untilMs = nowMs + this.agentCount * rememberedMs;
      for (const [other, { untilMs: end }] of this.#remembered)
        if (end <= nowMs) this.#remembered.delete(other);
      this.#remembered.set(key, { untilMs, block });
      return block;
    };
    // One after another: each holds the numbers of all agents.
    const asked = this.#asked.then(async () => remembered() ?? (await work()));
    this.#asked = asked.catch(() => undefined);
    return asked;
  }

  #addUp(start: number, steps: readonly Step[]): AddingUp {
    return new AddingUp(this.#store, [...this.#agents()], start, steps);
  }

  #close(start: number, { totals: [ofMinutes, ofHour] }: AddingUp): number {
    const until = start + hourMs;
    if (!ofMinutes || !ofHour || ofMinutes.columns.size === 0) return until;
    this.#write(minutes.seconds, rowSlot("1m", start), start, ofMinutes);
    const day = rowStartMs("1h", start);
    const [known] = this.kept("1h", day, day);
    const kept = known?.block ?? new MetricBlock("total", hours.points);
    putPoint(kept, (start - day) / hourMs, ofHour);
    this.#write(hours.seconds, rowSlot("1h", day), day, kept);
    return until;
  }

  #write(seconds: number, slot: number, start: number, block: MetricBlock): void {
    this.#sql.exec(
      `INSERT INTO metric_totals (seconds, slot, start, body) VALUES (?, ?, ?, ?)
       ON CONFLICT (seconds, slot) DO UPDATE SET start = excluded.start, body = excluded.body`,
      seconds,
      slot,
      start,
      block.encode(),
    );
  }
}
