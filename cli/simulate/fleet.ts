/** All simulated agents of one run. */
import { SimulatedAgent } from "./agent.ts";
import { Pacer } from "./pacer.ts";
import { Behaviour, type ProfileName, profiles } from "./profiles.ts";
import { newTally, type Tally } from "./tally.ts";

/** One fleet object takes 200 to 500 requests a second that write: dials stay below the first, messages below the second. */
export const mostDialsPerSecond = 200;
const dialsAtOnce = 50;
const messagesPerSecond = 400;
/** Sockets of one local runtime, with which it still works. */
export const mostAgents = 5_000;

export interface SimulationOptions {
  endpoint: string;
  token: string;
  run: string;
  agents: number;
  profile: ProfileName;
  seed: string;
  dialsPerSecond: number;
}

export class Simulation {
  readonly tally: Tally = newTally();
  /** Why the fleet took no agent in. */
  refusal: string | null = null;
  private readonly dials: Pacer;
  private readonly messages = new Pacer({
    perSecond: messagesPerSecond,
    atOnce: Number.POSITIVE_INFINITY,
  });
  private readonly agents: SimulatedAgent[];
  private readonly over = new AbortController();

  constructor(options: SimulationOptions) {
    const { agents, dialsPerSecond, endpoint, profile, run, seed, token } = options;
    this.dials = new Pacer({ perSecond: dialsPerSecond, atOnce: dialsAtOnce });
    const world = {
      endpoint,
      token,
      run,
      profile,
      tally: this.tally,
      dials: this.dials,
      messages: this.messages,
      configs: new Map(),
      onRefused: (reason: string) => {
        this.refusal ??= reason;
        this.over.abort();
      },
    };
    this.agents = Array.from(
      { length: agents },
      (_, index) => new SimulatedAgent(index, world, new Behaviour(profiles[profile], seed, index)),
    );
  }

  /** Until the time is over, the signal is aborted or the fleet takes nobody in; `onSecond` is told each second. */
  async run(durationMs: number, signal: AbortSignal, onSecond: () => void): Promise<void> {
    const ends = AbortSignal.any([signal, this.over.signal]);
    for (const agent of this.agents) agent.begin();
    const shown = setInterval(onSecond, 1_000);
    await new Promise<void>((resolve) => {
      if (ends.aborted) return resolve();
      const time = setTimeout(resolve, durationMs);
      ends.addEventListener("abort", () => {
        clearTimeout(time);
        resolve();
      });
    });
    clearInterval(shown);
    this.dials.clear();
    this.messages.clear();
  }

  /** Everybody says goodbye, as fast as everybody may speak. */
  async end(): Promise<void> {
    await Promise.all(
      this.agents.map(
        (agent) =>
          new Promise<void>((resolve) => {
            this.messages.add(() => void agent.end().then(resolve));
          }),
      ),
    );
  }
}
