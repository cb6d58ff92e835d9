import type { Health } from "../health.ts";
import type { StoredFile } from "../state-file.ts";

/** What an agent keeps running: a process now, containers and others by the same interface. */
export interface AgentDriver {
  /**
   * Takes over what an agent before left running where that is what is wanted, else ends it and starts anew. Nothing to
   * start yet is fine: the state is idle. `filesChanged`: the files in place are not those that it runs with.
   */
  start(filesChanged?: boolean): Promise<void>;
  /** Ends what an earlier, killed agent left behind, where it would read files that are about to change. */
  endLeftOver?(): Promise<void>;
  /** Makes the supervised thing take the files that are now in place. Throws with the real error text. */
  reload(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** For a driver whose things end with `stop`: leaves them running for the next agent, where that one could take them over. */
  release?(): Promise<void>;
  /** For a driver whose things outlive `stop`: ends them too, for good. Throws when that cannot be done. */
  remove?(): Promise<void>;
  condition(): DriverCondition;
  /** For a driver that checks a config itself, before anything is swapped: why it is refused; null = it is not. */
  check?(files: readonly StoredFile[]): Promise<string | null>;
  /** For a driver that knows by itself how what runs is: what is wrong with it; null = nothing. */
  probe?(): string | null;
  /** The parts of what runs, by their titles. */
  components?(): Record<string, Health>;
  /** What it wrote since it was last started or reloaded; the end of it when that is much. */
  output(): string;
  /**
   * Whether its master has started a worker since it was last started or reloaded. null = this driver, or this platform,
   * cannot tell.
   */
  hasFreshWorker?(): boolean | null;
  /** Called at every change of `condition`. Answers the unsubscription. */
  onChange(listener: (condition: DriverCondition) => void): () => void;
}

export type DriverCondition =
  /** There is nothing to run before the first config. */
  | { state: "idle" }
  | { state: "running"; sinceMs: number }
  /** It ended by itself; `error` says how, with the end of its output. It will be started again. */
  | { state: "backing_off"; error: string; exits: number }
  | { state: "stopped" };
