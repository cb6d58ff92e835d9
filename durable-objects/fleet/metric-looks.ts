import type { AgentId } from "../../domain/ids.ts";
import { rememberedSeconds, sampleSeconds } from "../../domain/metrics/series.ts";
import type { LookMessage } from "../../protocol/custom/host-metrics.ts";
import type { Samples } from "../../protocol/custom/samples.ts";
import { MetricBlock } from "./metric-block.ts";
import { fill, lastTick } from "./metric-store.ts";

/** Somebody who looks asks again within this time. */
const lookSeconds = 60;
/** An agent is asked again when so little of that is left. */
const renewMs = 30_000;
/** So many agents can be looked at at once; who looks at more makes room. */
const maxLooks = 64;
/** An agent that is here answers much sooner. */
const answerMs = 5_000;

const points = rememberedSeconds / sampleSeconds;
const tickMs = sampleSeconds * 1000;

interface Look {
  askedMs: number;
  /** First tick of the block. */
  from: number;
  newest: number;
  block: MetricBlock;
  waiting: Set<() => void>;
}

/** What agents tell those who look at them now: in memory alone, and lost with it, for the agent can tell again. */
export class MetricLooks {
  readonly #looks = new Map<AgentId, Look>();

  /** Asks the agent if need be. `tell` sends; resolves when something is known, or when nothing came in time. */
  async ask(agentId: AgentId, nowMs: number, tell: (message: Omit<LookMessage, "scrape">) => void) {
    const look = this.#look(agentId, nowMs);
    if (nowMs - look.askedMs > renewMs) {
      const known = look.newest === 0 ? rememberedSeconds : Math.ceil((nowMs - look.newest * tickMs) / 1000);
      look.askedMs = nowMs;
      tell({ forSeconds: lookSeconds, sinceSeconds: Math.min(rememberedSeconds, known) });
    }
    if (look.newest === 0) await answered(look);
    return { from: look.from, block: look.block };
  }

  /** Nobody looks any more. */
  drop(agentId: AgentId): void {
    this.#looks.delete(agentId);
  }

  take(agentId: AgentId, { ageMs, count, series }: Samples, nowMs: number): void {
    const look = this.#looks.get(agentId);
    if (!look) return;
    const last = lastTick(nowMs - ageMs, count, look.newest);
    const from = last - points + 1;
    const block = new MetricBlock("measured", points);
    for (const [name, values] of look.block.columns) {
      const moved = block.column(name);
      for (let i = 0; i < points; i++) moved[i] = values[i + from - look.from] ?? Number.NaN;
      if (moved.every(Number.isNaN)) block.columns.delete(name);
    }
    fill(block, from, last - count + 1, series);
    Object.assign(look, { from, block, newest: last });
    for (const done of look.waiting) done();
  }

  #look(agentId: AgentId, nowMs: number): Look {
    const known = this.#looks.get(agentId);
    // Last in order, for the one that nobody has looked at for longest makes room.
    this.#looks.delete(agentId);
    const stale = known && nowMs - known.askedMs > (lookSeconds + rememberedSeconds) * 1000;
    const look =
      known && !stale
        ? known
        : {
            askedMs: Number.NEGATIVE_INFINITY,
            from: 0,
            newest: 0,
            block: new MetricBlock("measured", points),
            waiting: new Set<() => void>(),
          };
    this.#looks.set(agentId, look);
    for (const oldest of this.#looks.keys()) {
      if (this.#looks.size <= maxLooks) break;
      this.#looks.delete(oldest);
    }
    return look;
  }
}

function answered(look: Look): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      look.waiting.delete(done);
      resolve();
    };
    const timer = setTimeout(done, answerMs);
    look.waiting.add(done);
  });
}
