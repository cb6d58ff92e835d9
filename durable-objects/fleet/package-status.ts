import type { AgentPackageState } from "../../domain/fleets/agent-state.ts";
import type { AgentPackage } from "../../protocol/api/agents.ts";
import { limits } from "../../protocol/opamp/limits.ts";
import { PackageStatusEnum, type PackageStatuses } from "../../protocol/opamp/opamp_pb.js";
import { uidToHex } from "../../protocol/opamp/uid.ts";

/** What an agent said of its packages, as the fleet keeps it: without download progress, so that it changes seldom. */
export interface PackageReport {
  /** Hex of the PackagesAvailable that it is about; "" = none. */
  allHash: string;
  /** Of the agent's handling as a whole; null = none. */
  error: string | null;
  /** By name. */
  packages: AgentPackage[];
}

const states: Record<PackageStatusEnum, AgentPackageState> = {
  [PackageStatusEnum.PackageStatusEnum_Installed]: "installed",
  [PackageStatusEnum.PackageStatusEnum_InstallPending]: "install_pending",
  [PackageStatusEnum.PackageStatusEnum_Installing]: "installing",
  [PackageStatusEnum.PackageStatusEnum_InstallFailed]: "install_failed",
  [PackageStatusEnum.PackageStatusEnum_Downloading]: "downloading",
};

export function packageReport(message: PackageStatuses): PackageReport {
  const short = (text: string) => text.slice(0, limits.attributeChars);
  const packages = Object.entries(message.packages)
    .slice(0, limits.packages)
    .map(([key, one]) => ({
      name: short(one.name || key),
      version: short(one.agentHasVersion),
      hash: short(uidToHex(one.agentHasHash)),
      offeredVersion: short(one.serverOfferedVersion),
      offeredHash: short(uidToHex(one.serverOfferedHash)),
      // An enum of proto3 is open: a newer client may send a number that is not known here.
      status: states[one.status] ?? "install_pending",
      error: one.errorMessage === "" ? null : one.errorMessage.slice(0, limits.errorChars),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const error = message.errorMessage === "" ? null : message.errorMessage.slice(0, limits.errorChars);
  return { allHash: short(uidToHex(message.serverProvidedAllPackagesHash)), error, packages };
}
