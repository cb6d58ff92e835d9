/** How simulated agents behave: as numbers, and as what one agent does by them. The same seed does the same again. */
import { draws } from "./draws.ts";

/** Least and most, in ms. */
type Span = readonly [number, number];

export interface Profile {
  about: string;
  /** From an offer to its outcome. */
  applyMs: Span;
  /** Of offers that an agent has not taken before: how many end FAILED. */
  failShare: number;
  /** Of offers that were applied for the first time: how often the program crashes soon after. */
  crashShare: number;
  /** Of agents: those that take offers and never say what came of them. */
  silentShare: number;
  /** Connections that break without a word: how often per agent on average, how long it stays away, and whether its program starts anew. */
  drops: { everyMs: number; awayMs: Span; restarts: boolean } | null;
  /**
   * Programs that are unhealthy for a while, again and again: those of `share` of the agents, as hosts that are short of
   * something are the same ones each time. Of all agents, so few are ill at a moment that waves of hundreds can end.
   */
  flaps: { share: number; everyMs: number; lastMs: Span } | null;
}

export const profileNames = ["steady", "flaky", "slow", "crashy", "reconnect"] as const;
export type ProfileName = (typeof profileNames)[number];

const seconds = (least: number, most: number): Span => [least * 1000, most * 1000];
const minute = 60_000;

export const profiles: Record<ProfileName, Profile> = {
  steady: {
    about: "everything is applied within 2 seconds, and nothing goes wrong",
    applyMs: seconds(0.2, 2),
    failShare: 0,
    crashShare: 0,
    silentShare: 0,
    drops: null,
    flaps: null,
  },
  flaky: {
    about:
      "1 in 20 offers fails, 1 agent in 100 never answers, connections break, and 1 program in 20 is ill now and then",
    applyMs: seconds(0.5, 8),
    failShare: 0.05,
    crashShare: 0.01,
    silentShare: 0.01,
    drops: { everyMs: 5 * minute, awayMs: seconds(1, 30), restarts: false },
    flaps: { share: 0.05, everyMs: 10 * minute, lastMs: seconds(5, 30) },
  },
  slow: {
    about: "offers take 20 to 90 seconds, and 1 agent in 50 never answers",
    applyMs: seconds(20, 90),
    failShare: 0,
    crashShare: 0,
    silentShare: 0.02,
    drops: null,
    flaps: null,
  },
  crashy: {
    about: "1 in 10 offers fails, 15 in 100 programs crash after they took one, hosts restart now and then",
    applyMs: seconds(0.5, 5),
    failShare: 0.1,
    crashShare: 0.15,
    silentShare: 0,
    drops: { everyMs: 10 * minute, awayMs: seconds(5, 20), restarts: true },
    flaps: { share: 0.1, everyMs: 15 * minute, lastMs: seconds(30, 120) },
  },
  reconnect: {
    about: "every agent loses its connection about once a minute; nothing else goes wrong",
    applyMs: seconds(0.2, 2),
    failShare: 0,
    crashShare: 0,
    silentShare: 0,
    drops: { everyMs: minute, awayMs: seconds(1, 10), restarts: false },
    flaps: null,
  },
};

/** What becomes of one offer. */
export type Outcome =
  | { kind: "silent" }
  | { kind: "failed"; afterMs: number }
  /** `crashAfterMs`: from then on its program is unhealthy, for `crashMs`. */
  | { kind: "applied"; afterMs: number; crashAfterMs: number | null; crashMs: number };

/** A state that comes `inMs` and lasts `forMs`. */
export interface Spell {
  inMs: number;
  forMs: number;
}

/** Nothing happens so often that it would be the only thing that happens. */
const leastPauseMs = 1_000;
const crashAfterMs: Span = [1_000, 10_000];
const crashMs: Span = [20_000, 90_000];

/** One agent's lot. Each kind of event draws by itself, so that none depends on when the others come. */
export class Behaviour {
  readonly isSilent: boolean;
  private readonly isSickly: boolean;
  private readonly profile: Profile;
  private readonly offers: () => number;
  private readonly drops: () => number;
  private readonly flaps: () => number;

  constructor(profile: Profile, seed: string, index: number) {
    const of = (what: string) => draws(`${seed} ${index} ${what}`);
    this.profile = profile;
    this.offers = of("offers");
    this.drops = of("drops");
    this.flaps = of("flaps");
    const traits = of("traits");
    this.isSilent = traits() < profile.silentShare;
    this.isSickly = traits() < (profile.flaps?.share ?? 0);
  }

  /** `known`: it has run this before, and does again. */
  offer(known: boolean): Outcome {
    // As many draws each time, so that one offer's outcome is the same whatever came before it.
    const [how, when, crashes, crashWhen, crashLong] = [
      this.offers(),
      this.offers(),
      this.offers(),
      this.offers(),
      this.offers(),
    ];
    const { applyMs, crashShare, failShare } = this.profile;
    const afterMs = within(applyMs, when);
    if (this.isSilent) return { kind: "silent" };
    if (!known && how < failShare) return { kind: "failed", afterMs };
    return {
      kind: "applied",
      afterMs,
      crashAfterMs: !known && crashes < crashShare ? within(crashAfterMs, crashWhen) : null,
      crashMs: within(crashMs, crashLong),
    };
  }

  nextDrop(): Spell | null {
    const { drops } = this.profile;
    return drops && { inMs: pause(drops.everyMs, this.drops()), forMs: within(drops.awayMs, this.drops()) };
  }

  nextFlap(): Spell | null {
    const { flaps } = this.profile;
    if (!flaps || !this.isSickly) return null;
    return { inMs: pause(flaps.everyMs, this.flaps()), forMs: within(flaps.lastMs, this.flaps()) };
  }

  get restartsWhenDropped(): boolean {
    return this.profile.drops?.restarts ?? false;
  }
}

const within = ([least, most]: Span, draw: number) => Math.round(least + draw * (most - least));

/** Events that do not know of each other: exponential pauses, of `meanMs` on average. */
const pause = (meanMs: number, draw: number) =>
  Math.round(Math.max(leastPauseMs, -Math.log(1 - draw) * meanMs));
