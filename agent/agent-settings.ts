import type { StepHook } from "./apply/target.ts";
import type { VerifyPace } from "./apply/verify.ts";
import type { RedialPace } from "./backoff.ts";
import type { ShipPace } from "./logs/shipper.ts";
import type { DownloadPace } from "./packages/download.ts";
import type { ContainerSettings } from "./settings/container.ts";
import type { ExecSettings } from "./settings/exec.ts";
import type { LogSettings } from "./settings/logs.ts";
import type { SuperviseSettings } from "./settings/supervise.ts";
import type { UpgradeSettings } from "./settings/upgrade.ts";

export interface AgentSettings {
  endpoint: string | null;
  token: string | null;
  name: string;
  type: string;
  labels: Record<string, string>;
  stateDir: string;
  configDir: string;
  /** Where the supervised program shows its metrics as Prometheus text; null = it does not. */
  metricsUrl: string | null;
  /** False = the host is not measured; left out = it is. */
  hostMetrics?: boolean;
  supervise: SuperviseSettings | null;
  /** In place of `supervise`: apps as containers. */
  containers?: ContainerSettings;
  /** What people may run here; left out = nothing. */
  exec?: ExecSettings;
  /** Left out = the output of what the agent runs, and nothing else of the host. */
  logs?: LogSettings;
  /** What the server may replace here; left out = nothing. */
  upgrade?: UpgradeSettings;
  /** How many configs are taken in an hour; 0 = as many as come. */
  applyBudget?: number;
  /** Fingerprint of the host; left out = as it is. Tests stand on two hosts. */
  host?: string;
}

/** What tests set: shorter waits, and a hook at each step of an apply. */
export interface AgentTuning {
  redialPace?: RedialPace;
  verifyPace?: VerifyPace;
  health?: { everyMs: number; soonMs: number };
  edits?: { everyMs: number };
  metrics?: { everyMs: number };
  shipping?: ShipPace;
  downloads?: DownloadPace;
  pingEveryMs?: number;
  atStep?: StepHook;
}
