import type { ContainerSpec } from "./spec.ts";

/** What the container driver changes at an engine. All calls throw an EngineError with the engine's own words. */
export interface ContainerRuntime {
  /** Its name and version, such as "Docker 20.10.24". */
  describe(): Promise<string>;
  /** null = the engine does not have it. */
  image(reference: string): Promise<LocalImage | null>;
  /** Throws when the registry or the engine refuses, and when nothing comes for `idleMs` or all of it takes longer than `timeoutMs`. */
  pull(reference: string, options: PullOptions): Promise<void>;
  /** False = something still uses it. */
  removeImage(reference: string): Promise<boolean>;
  /** Answers its id. `reach`: for each port of `spec.reached` the port of loopback. */
  create(spec: ContainerSpec, reach: ReadonlyMap<number, number>, stopGraceMs: number): Promise<string>;
  start(id: string): Promise<void>;
  /** SIGTERM, and SIGKILL after the grace. One that does not run, or is gone, is fine. */
  stop(id: string, graceMs: number): Promise<void>;
  /** With its anonymous volumes; one that is gone is fine. */
  remove(id: string): Promise<void>;
  /** For each TCP port of the container that is bound to loopback, the port there. */
  reach(id: string): Promise<Map<number, number>>;
  /** Made where there is none. Throws when it belongs to another agent. */
  ensureNetwork(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Removes the networks with these labels that are not in `keep`. */
  removeNetworks(labels: Readonly<Record<string, string>>, keep: ReadonlySet<string>): Promise<void>;
  /** Made where there is none, with whatever it held before where there is one. Throws when it belongs to another agent. */
  ensureVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
}

export interface LocalImage {
  id: string;
  /** It brings a health check of its own. */
  checksHealth: boolean;
}

export interface PullOptions {
  login: { username: string; password: string; registry: string } | null;
  /** 0 to 100; null = the engine does not tell. */
  onProgress: (percent: number | null) => void;
  timeoutMs: number;
  idleMs: number;
  signal: AbortSignal;
}
