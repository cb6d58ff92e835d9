import type { AgentPackageState } from "../../domain/fleets/agent-state.ts";
import type { AgentPackage } from "../../protocol/api/agents.ts";
import { limits } from "../../protocol/opamp/limits.ts";
import { PackageStatusEnum, type PackageStatuses } from "../../protocol/opamp/opamp_pb.js";
import { uidToHex } from "../../protocol/opamp/uid.ts";
import type { FleetTx } from "./commits.ts";
import { noPackagesHash } from "./offers.ts";
import type { Bundle, RolloutPart } from "./parts.ts";
import type { FilesReport, FleetStore, StoredAgent } from "./store.ts";

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

/** Keeps what differs from what is known. */
export function takePackages(
  tx: FleetTx,
  store: FleetStore,
  agent: StoredAgent,
  message: PackageStatuses,
): void {
  const before = reportOf(store, agent);
  const report = packageReport(message);
  if (!store.writeReport(agent.id, "packages", JSON.stringify(report))) return;
  tx.touch(agent);
  const settled = settledPackages(report);
  if (settled !== "" && settled !== (before ? settledPackages(before) : "")) {
    tx.event({
      type: "agent.packages_changed",
      agentId: agent.id,
      summary: `${agent.name} has packages ${settled}`.slice(0, 500),
      data: { packages: report.packages, error: report.error },
    });
  }
}

/** Those that are installed or failed, in words: what changes on the way is nobody's news. */
function settledPackages({ packages }: PackageReport): string {
  return packages
    .filter(({ status }) => status === "installed" || status === "install_failed")
    .map(({ name, version, status, error }) =>
      status === "installed" ? `${name} ${version}` : `${name} (failed: ${error ?? "no reason given"})`,
    )
    .join(", ");
}

/** What agents of ours call themselves among their packages. */
const ownPackage = "muster-agent";

/** Of the program that reads an agent's configs: an agent of ours tells it beside its own. null = it does not say. */
export function programVersion(store: FleetStore, agent: StoredAgent): string | null {
  if (!agent.own) return agent.version;
  const others = reportOf(store, agent)?.packages.filter(({ name }) => name !== ownPackage) ?? [];
  // One that the host has of its own; else the only one, which then was brought.
  const programs = others.filter(({ offeredVersion }) => offeredVersion === "");
  const [program, ...more] = programs.length > 0 ? programs : others;
  return program && more.length === 0 && program.version !== "" ? program.version : null;
}

function reportOf(store: FleetStore, agent: StoredAgent): PackageReport | null {
  const body = store.report(agent.id, "packages");
  // Written by `takePackages`.
  return body === null ? null : (JSON.parse(body) as PackageReport);
}

/** `all_packages_hash` that an agent which takes packages must confirm with this bundle; null = packages do not matter. */
export function expectedPackages(agent: StoredAgent, bundle: Bundle): string | null {
  return bundle.packagesHash ?? (agent.packagesOffered === undefined ? null : noPackagesHash);
}

/**
 * What an agent that takes packages says about a whole target, of what it said about the files (`agent.filesReport`) and
 * about the packages: applied when both are, failed when the part that it speaks of now failed, applying once it spoke of
 * a part that is not what it ran before. null = it has not spoken of any target that is known.
 */
export function wholeReport(
  parts: { store: FleetStore; rollouts: Pick<RolloutPart, "bundle"> },
  agent: StoredAgent,
  now: { files: boolean; packages: boolean },
): FilesReport | null {
  const { store, rollouts } = parts;
  const files = agent.filesReport ?? null;
  const packages = reportOf(store, agent);
  const running = agent.runningHash === "" ? null : rollouts.bundle(agent.runningHash);
  const runningPackages = running && expectedPackages(agent, running);
  let known = false;
  for (const hash of new Set([agent.offeredHash, agent.wantedHash, agent.runningHash])) {
    const bundle = hash ? rollouts.bundle(hash) : null;
    if (!hash || !bundle) continue;
    const expected = expectedPackages(agent, bundle);
    const ofFiles = files?.hash === bundle.configHash ? files : null;
    const ofPackages = packages && expected !== null && isOf(packages, expected) ? packages : null;
    known ||= ofFiles !== null;
    const problem =
      (now.files ? filesProblem(ofFiles) : null) ?? (now.packages ? problemOf(ofPackages) : null);
    if (problem !== null) return { hash, status: "failed", error: problem };
    const packagesDone =
      expected === null ||
      (packages === null ? expected === noPackagesHash : allInstalled(bundle, ofPackages));
    if (ofFiles?.status === "applied" && packagesDone) return { hash, status: "applied", error: null };
    const newFiles = ofFiles !== null && bundle.configHash !== running?.configHash;
    const newPackages = ofPackages !== null && expected !== runningPackages;
    if (newFiles || newPackages) return { hash, status: "applying", error: null };
  }
  return known ? null : files;
}

/** An agent that never took packages of ours has none of them. */
const isOf = ({ allHash }: PackageReport, expected: string) =>
  allHash === expected || (allHash === "" && expected === noPackagesHash);

const filesProblem = (files: FilesReport | null) =>
  files?.status === "failed" ? (files.error ?? "no reason given") : null;

function problemOf(report: PackageReport | null): string | null {
  if (!report) return null;
  const texts = report.packages
    .filter(({ status }) => status === "install_failed")
    .map(({ name, error }) => `package ${name}: ${error ?? "no reason given"}`);
  if (report.error !== null) texts.push(`packages: ${report.error}`);
  return texts.length === 0 ? null : texts.join("; ").slice(0, limits.errorChars);
}

function allInstalled({ packages }: Bundle, report: PackageReport | null): boolean {
  if (!report) return false;
  const installed = new Set(
    report.packages.filter(({ status }) => status === "installed").map(({ name }) => name),
  );
  return packages.every(({ name }) => installed.has(name));
}
