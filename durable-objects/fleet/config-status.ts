import { limits } from "../../protocol/opamp/limits.ts";
import {
  type AgentToServer,
  type RemoteConfigStatus,
  RemoteConfigStatuses,
} from "../../protocol/opamp/opamp_pb.js";
import { uidToHex } from "../../protocol/opamp/uid.ts";
import type { FleetTx } from "./commits.ts";
import { latch } from "./latch.ts";
import { takePackages, wholeReport } from "./package-status.ts";
import type { MeterPart, RolloutPart } from "./parts.ts";
import { type FilesReport, type FleetStore, historySize, type StoredAgent } from "./store.ts";
import { takesPackages } from "./wanted.ts";

interface Parts {
  store: FleetStore;
  rollouts: RolloutPart;
  meter: MeterPart;
}

/** What an agent says about its remote config and its packages: for one that takes packages, both are one target. */
export function takeStatuses(
  tx: FleetTx,
  parts: Parts,
  agent: StoredAgent,
  { remoteConfigStatus, packageStatuses }: AgentToServer,
): void {
  const files = remoteConfigStatus ? filesReport(remoteConfigStatus) : null;
  if (packageStatuses) takePackages(tx, parts.store, agent, packageStatuses);
  if (!takesPackages(agent)) {
    if (files) take(tx, parts, agent, files);
    return;
  }
  if (files) {
    agent.filesReport = files;
    if (files.status !== "applying") tx.saveAgent(agent);
  }
  const now = { files: files !== null, packages: packageStatuses !== undefined };
  const whole = now.files || now.packages ? wholeReport(parts, agent, now) : null;
  if (whole) take(tx, parts, agent, whole);
}

/** UNSET and an empty hash say nothing: a client that starts its numbers anew says so too, and what is known stays. */
function filesReport(report: RemoteConfigStatus): FilesReport | null {
  const hash = uidToHex(report.lastRemoteConfigHash);
  const status = statusOf(report.status);
  if (status === null || hash === "") return null;
  const error =
    status === "failed" ? report.errorMessage.slice(0, limits.errorChars) || "no reason given" : null;
  return { hash, status, error };
}

/** APPLYING is kept in memory only. */
function take(tx: FleetTx, parts: Parts, agent: StoredAgent, { hash, status, error }: FilesReport): void {
  if (agent.reportedHash === hash && agent.reportedStatus === status && agent.reportedError === error) {
    if (status !== "applying" && agent.offerOpen && agent.offeredHash === hash) {
      answered(tx, parts, agent, hash);
      parts.rollouts.onConfigStatus(tx, agent);
    }
    return;
  }
  agent.reportedHash = hash;
  agent.reportedStatus = status;
  agent.reportedError = error;
  if (status === "applying") {
    tx.touch(agent);
    parts.rollouts.onConfigStatus(tx, agent);
    return;
  }
  const releaseId = releaseOf(agent, hash);
  if (status === "applied") {
    agent.runningHash = hash;
    agent.runningReleaseId = releaseId;
    agent.latched = agent.latched.filter((latch) => latch.hash !== hash);
  } else {
    latch(agent, hash, error ?? "", tx.nowMs);
  }
  agent.history = [{ hash, releaseId, status, error, at: tx.nowMs }, ...agent.history].slice(0, historySize);
  tx.saveAgent(agent);
  tx.event({
    type: status === "applied" ? "agent.config_applied" : "agent.config_failed",
    agentId: agent.id,
    summary:
      status === "applied"
        ? `${agent.name} applied config ${hash.slice(0, 12)}`
        : `${agent.name} failed to apply config ${hash.slice(0, 12)}: ${(error ?? "").slice(0, 300)}`,
    data: error === null ? { hash, releaseId } : { hash, releaseId, error },
  });
  if (agent.offerOpen && agent.offeredHash === hash) answered(tx, parts, agent, hash);
  parts.rollouts.onConfigStatus(tx, agent);
}

/** The first final answer to an offer: what is metered as a delivery. */
function answered(tx: FleetTx, parts: Parts, agent: StoredAgent, hash: string): void {
  agent.offerOpen = false;
  tx.saveAgent(agent);
  parts.meter.onDelivery(tx, agent, hash);
}

function statusOf(status: RemoteConfigStatuses): StoredAgent["reportedStatus"] {
  switch (status) {
    case RemoteConfigStatuses.RemoteConfigStatuses_APPLIED:
      return "applied";
    case RemoteConfigStatuses.RemoteConfigStatuses_APPLYING:
      return "applying";
    case RemoteConfigStatuses.RemoteConfigStatuses_FAILED:
      return "failed";
    default:
      return null;
  }
}

function releaseOf(agent: StoredAgent, hash: string): StoredAgent["runningReleaseId"] {
  if (hash === agent.wantedHash) return agent.wantedReleaseId;
  return hash === agent.runningHash ? agent.runningReleaseId : null;
}
