import type { Attributes } from "../../protocol/opamp/attributes.ts";
import type { ContainerEngine, ContainerState, ContainerSummary } from "../containers/engine.ts";
import type { Measured } from "./host-sampler.ts";

/** More containers of one agent than this are not measured. */
const maxContainers = 20;
/** What is in another state at so many of so many looks is told as restarting: each telling costs the fleet a row. */
const restless = { turns: 3, looks: 10 };

/** At which looks a container was in another state than before. */
interface Turns {
  state: ContainerState;
  looks: number[];
}

/** The containers of an agent, and the engine that they run in. */
export interface OwnContainers {
  engine: ContainerEngine;
  labels: Readonly<Record<string, string>>;
}

/** What the agent's own containers use, and how they are. An engine that cannot be asked says nothing. */
export class ContainerSampler {
  private readonly own: OwnContainers;
  private readonly before = new Map<string, { readMs: number; cpuNanoseconds: number }>();
  private look = 0;
  private turns: ReadonlyMap<string, Turns> = new Map();

  constructor(own: OwnContainers) {
    this.own = own;
  }

  async sample(): Promise<Measured> {
    const measured: Measured = new Map();
    const running = (await this.list()).filter(({ state }) => state === "running");
    const seen = new Set<string>();
    await Promise.all(
      running.map(async ({ id, name }) => {
        const stats = await this.own.engine.stats(id).catch(() => null);
        if (!stats) return;
        const label = `{name=${JSON.stringify(name)}}`;
        if (stats.memoryBytes !== null) measured.set(`container.memory.usage${label}`, stats.memoryBytes);
        if (stats.cpuNanoseconds === null) return;
        seen.add(id);
        const before = this.before.get(id);
        const { readMs, cpuNanoseconds } = stats;
        this.before.set(id, { readMs, cpuNanoseconds });
        if (!before || readMs <= before.readMs || cpuNanoseconds < before.cpuNanoseconds) return;
        const busyMs = (cpuNanoseconds - before.cpuNanoseconds) / 1_000_000;
        measured.set(`container.cpu.utilization${label}`, busyMs / (readMs - before.readMs));
      }),
    );
    for (const id of this.before.keys()) if (!seen.has(id)) this.before.delete(id);
    return measured;
  }

  async facts(): Promise<Attributes> {
    const found = await this.list();
    this.look++;
    this.turns = new Map(found.map(({ name, state }) => [name, this.turnsOf(name, state)]));
    const containers = found.map(({ name, image, state }) => ({
      name,
      image,
      state: (this.turns.get(name)?.looks.length ?? 0) < restless.turns ? state : "restarting",
    }));
    return { "host.containers": containers };
  }

  private turnsOf(name: string, state: ContainerState): Turns {
    const known = this.turns.get(name);
    const looks = (known?.looks ?? []).filter((look) => look > this.look - restless.looks);
    return { state, looks: known && known.state !== state ? [...looks, this.look] : looks };
  }

  private async list(): Promise<ContainerSummary[]> {
    try {
      const found = await this.own.engine.list(this.own.labels);
      return found.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, maxContainers);
    } catch {
      return [];
    }
  }
}
