import type { AgentDriver } from "../drivers/driver.ts";
import type { Log } from "../log.ts";
import type { PackageSet } from "../packages/offer.ts";
import type { PackagePart } from "../packages/part.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import type { StateFile, StatusReport, StoredFile } from "../state-file.ts";
import type { ApplyBudget } from "./apply-budget.ts";
import type { ConfigFolder } from "./config-folder.ts";
import type { VerifyPace } from "./verify.ts";

export interface RemoteConfig {
  /** Hex of the server's hash; opaque. */
  hash: string;
  /** Empty = back to the files that were there before Muster's. */
  files: StoredFile[];
  /** The programs of the same target; left out = those that run. */
  packages?: PackageSet | null;
}

/** A config to take in and check ahead of its offer. `answer` gets why it is refused; null = ready to activate. */
export interface Staging {
  config: RemoteConfig;
  answer: (refusal: string | null) => void;
}

/** Called before each step that a kill may interrupt, for example `swapping`, `rename-1`, `verified`. */
export type StepHook = (step: string) => void;

export interface ApplierOptions {
  state: StateFile;
  folder: ConfigFolder;
  driver: AgentDriver;
  supervise: SuperviseSettings | null;
  log: Log;
  /** The status that the server should know now. */
  onStatus: (report: StatusReport) => void;
  /** How many configs are taken in an hour; left out = as many as come. */
  budget?: ApplyBudget;
  pace?: VerifyPace;
  atStep?: StepHook;
  /** Left out = it takes no programs. */
  packages?: PackagePart;
}
