import { probeOnce } from "./apply/probe.ts";
import type { ChildContext } from "./child-context.ts";
import type { AgentDriver, DriverCondition } from "./drivers/driver.ts";
import type { Probe } from "./settings/supervise.ts";

export interface Health {
  healthy: boolean;
  status: string;
  error: string;
  startedMs: number;
  /** Of the parts, where what runs has some. */
  components?: Record<string, Health>;
}

export interface HealthOptions {
  driver: AgentDriver;
  probe: Probe | null;
  /** How long a program may take from its start until its probe first answers well. */
  startGraceMs: number;
  context: ChildContext;
  /** While a config is being applied nothing is judged: what happens then is the apply's to report. */
  busy: () => boolean;
  onChange: (health: Health) => void;
  everyMs?: number;
  /** How soon it looks again after a start, an end or a failed probe. */
  soonMs?: number;
}

const probeTimeoutMs = 5_000;
/** Failed probes, one after another, before a healthy service counts as unhealthy. */
const failuresToTell = 2;

/** The process is up and its probe answers. Tells about changes only; the first one when it is known. */
export class HealthMonitor {
  private readonly options: Required<HealthOptions>;
  private readonly startedMs = Date.now();
  private known: Health | null = null;
  private work: string | null = null;
  private failures = 0;
  /** The run of the program in which the probe answered well. */
  private wellIn: DriverCondition | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private unsubscribe: () => void = () => {};

  constructor(options: HealthOptions) {
    this.options = { everyMs: 5_000, soonMs: 1_000, ...options };
  }

  current(): Health | null {
    const components = this.options.driver.components?.();
    return (
      this.known && {
        ...this.known,
        ...(this.work !== null && { status: this.work }),
        ...(components && { components }),
      }
    );
  }

  /** What is being done that takes a while, in words; null = it is over. Says nothing of how well it goes. */
  working(words: string | null): void {
    if (this.work === words) return;
    this.work = words;
    const health = this.current();
    if (health) this.options.onChange(health);
  }

  start(): void {
    this.unsubscribe = this.options.driver.onChange((condition) => this.conditionChanged(condition));
    this.conditionChanged(this.options.driver.condition());
  }

  stop(): void {
    this.stopped = true;
    this.unsubscribe();
    if (this.timer) clearTimeout(this.timer);
  }

  /** After an apply: a config that was just verified needs no further probe to count as healthy. */
  applied(verified: boolean): void {
    const condition = this.options.driver.condition();
    if (verified && condition.state === "running") this.well(condition);
    else this.conditionChanged(condition);
  }

  private conditionChanged(condition: DriverCondition): void {
    if (this.options.busy()) {
      this.lookIn(this.options.soonMs);
    } else if (condition.state === "idle") {
      this.become({ healthy: true, status: "idle", error: "", startedMs: this.startedMs });
    } else if (condition.state === "backing_off") {
      const status = condition.exits > 1 ? "crash loop" : "exited";
      this.become({
        healthy: false,
        status,
        error: condition.error,
        startedMs: this.known?.startedMs ?? this.startedMs,
      });
    } else {
      this.lookIn(this.options.soonMs);
    }
  }

  private lookIn(delayMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.look(), delayMs);
  }

  private async look(): Promise<void> {
    const { busy, context, driver, everyMs, probe, soonMs } = this.options;
    const before = driver.condition();
    if (busy() || before.state !== "running") {
      this.conditionChanged(before);
      return;
    }
    const problem = driver.probe
      ? driver.probe()
      : probe && (await probeOnce(probe, { ...context, timeoutMs: probeTimeoutMs }));
    if (this.stopped || driver.condition() !== before || busy()) {
      this.lookIn(soonMs);
      return;
    }
    if (!problem) {
      this.well(before);
      return;
    }
    // The clock may have been set back since.
    const ageMs = Math.abs(Date.now() - before.sinceMs);
    const starting = this.wellIn !== before && ageMs < this.options.startGraceMs;
    if (starting) {
      this.lookIn(soonMs);
      return;
    }
    this.failures++;
    if (this.failures >= failuresToTell) {
      this.become({ healthy: false, status: "unhealthy", error: problem, startedMs: before.sinceMs });
    }
    this.lookIn(this.failures >= failuresToTell ? everyMs : soonMs);
  }

  private well(condition: DriverCondition & { state: "running" }): void {
    this.failures = 0;
    this.wellIn = condition;
    this.become({ healthy: true, status: "running", error: "", startedMs: condition.sinceMs });
    this.lookIn(this.options.everyMs);
  }

  private become(health: Health): void {
    const { known } = this;
    this.known = health;
    const same =
      known &&
      known.healthy === health.healthy &&
      known.status === health.status &&
      known.startedMs === health.startedMs &&
      known.error === health.error;
    if (!same) this.options.onChange(health);
  }
}
