import { basename, dirname, join } from "node:path";
import type { Probe, SuperviseSettings } from "../../settings/supervise.ts";

/** What a settings file may say beside `driver` for the preset to fill in. */
export interface PresetOptions {
  /** `supervise.command`; null = the program's usual name. */
  command: string | null;
  /** Name of the main config file in the config folder; null = the kind's own. */
  file: string | null;
  /** `host:port`; each preset says of what. null = the program's usual one, or none. */
  address: string | null;
  /** Where the program's data lies; null = `data` in the state folder. */
  data: string | null;
}

export type PresetOption = Exclude<keyof PresetOptions, "command">;

/** A program that Muster knows how to check, reload and verify. */
export interface Preset {
  /** What is meant by the options that it takes. */
  takes: Partial<Record<PresetOption, string>>;
  settings(options: PresetOptions): Omit<SuperviseSettings, "cwd" | "env"> & { env?: Record<string, string> };
}

/** A tool that comes with the program and stands beside it: `promtool` of `/opt/prometheus/prometheus`. */
export const beside = (program: string, tool: string): string =>
  basename(program) === program ? tool : join(dirname(program), tool);

/** `host:port` as a TCP probe asks it; IPv6 in brackets. null = it is none. */
export function readAddress(address: string): { host: string; port: number } | null {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  return host && Number(match?.[3]) <= 65_535 ? { host, port: Number(match?.[3]) } : null;
}

/** Without an address the program only has to stay up. */
export function probeOf(address: string | null): Probe {
  const at = address === null ? null : readAddress(address);
  return at ? { kind: "tcp", ...at } : { kind: "running" };
}
