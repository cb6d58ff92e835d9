import type { ConfigFolder } from "../apply/config-folder.ts";
import type { Log } from "../log.ts";
import type { ContainerSettings } from "../settings/container.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import { ContainerDriver } from "./container.ts";
import type { AgentDriver } from "./driver.ts";
import { filesDriver } from "./files.ts";
import { ProcessDriver, type ProcessDriverOptions } from "./process.ts";

export interface DriverParts {
  supervise: SuperviseSettings | null;
  /** In place of `supervise`: apps as containers. */
  containers: ContainerSettings | undefined;
  folder: ConfigFolder;
  stateDir: string;
  /** Starts this very agent's program anew, before its arguments. */
  selfCommand: readonly string[];
  placed: NonNullable<ProcessDriverOptions["placed"]>;
  onProgress: (words: string | null) => void;
  log: Log;
}

/** What the settings say is to be kept running; `containers` is the same driver where it runs containers. */
export function makeDriver(parts: DriverParts): { driver: AgentDriver; containers: ContainerDriver | null } {
  const { folder, log, onProgress, selfCommand, stateDir, supervise } = parts;
  if (parts.containers) {
    const containers = new ContainerDriver({
      settings: parts.containers,
      stateDir,
      files: () => folder.effective(null),
      holderCommand: [...selfCommand, "hold-ports", stateDir],
      onProgress,
      log,
    });
    return { driver: containers, containers };
  }
  const driver = supervise
    ? new ProcessDriver({
        settings: supervise,
        configDir: folder.path,
        stateDir,
        hasConfig: () => folder.hasFiles(),
        placed: parts.placed,
        log,
      })
    : filesDriver();
  return { driver, containers: null };
}
