/**
 * What the parts of the Fleet object ask of each other.
 *
 * Everything that happens to a fleet is one synchronous block: `commit(tx => …)` runs inside
 * `storage.transactionSync`, parts change rows through `tx`, and what must leave the object (frames, live
 * messages, the alarm, the outbox drain) is queued on `tx` and performed only after the block has committed.
 * A block that throws leaves nothing behind: rows roll back, queued effects are dropped, caches are reloaded.
 */
import type { PackageReference } from "../../domain/configs/packages.ts";
import type { AgentCredentialKind, AgentTransport, Labels } from "../../domain/fleets/agent-state.ts";
import type { Drift, Repairs } from "../../domain/fleets/drift.ts";
import type { EventType } from "../../domain/fleets/events.ts";
import type { Operator } from "../../domain/fleets/operator-labels.ts";
import type { AgentId, EnrollmentTokenId, ReleaseId, RolloutId } from "../../domain/ids.ts";
import type { StoredProgress } from "../../domain/rollouts/progress.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import type { MetricQuery } from "../../protocol/custom/metrics.ts";
import type { ConfirmationRequest } from "../../protocol/rpc/confirmations.ts";
import type { FleetScope, MeterHour } from "../../protocol/rpc/fleet.ts";
import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import type { ReportedComponents } from "./components.ts";

/** One file of a rendered config, as it goes into an AgentConfigMap. */
export interface RenderedFile {
  name: string;
  contentType: string;
  content: string;
  /** It carries secrets, and is meant for an agent alone. */
  secret?: true;
}

/** All that one hash stands for. Without packages the hash is that of the files alone. */
export interface Bundle {
  /** Hash of the files alone: what AgentRemoteConfig and the `stage` message carry. */
  configHash: string;
  files: RenderedFile[];
  /** By file name. Files of older rows have none. */
  kinds: ReadonlyMap<string, string>;
  /** Sorted by name, each name once. */
  packages: PackageReference[];
  /** Hex; PackagesAvailable's `all_packages_hash`. null = no packages. */
  packagesHash: string | null;
}

/** A row of `agents`, held in memory by id. All times are epoch ms by the fleet's clock. */
export interface AgentRecord {
  id: AgentId;
  /** OpAMP instance uid, 32 hex digits. */
  uid: string;
  name: string;
  type: string | null;
  version: string | null;
  labels: Labels;
  /** What people said of it, which wins over what it reports. Absent = nothing. */
  operator?: Operator;
  credential: AgentCredentialKind;
  tokenId: EnrollmentTokenId | null;
  /** Generation of the credential that counts; a lower one is revoked. 0 = none issued yet. */
  generation: number;
  /** Offered and not yet used; becomes `generation` at its first use. */
  pendingGeneration: number | null;
  revokedAt: number | null;
  /** It left for good, and so was revoked: why, and who said so. Absent = it did not. */
  decommissioned?: { reason: string; by: string };
  capabilities: number;
  /** OpAMP custom capabilities that it said it has, of those that Muster knows. Rows of older agents have none. */
  custom?: string[];
  /** Absent = it never spoke of components. */
  components?: ReportedComponents;
  enrolledAt: number;
  /** null = offline. Durable, so that usage and status survive eviction. */
  connectedAt: number | null;
  disconnectedAt: number | null;
  /** Its absence was told of (`agent.offline`), or was when it was last away. Absent = it was not. */
  awayTold?: true;
  transport: AgentTransport | null;
  healthy: boolean | null;
  healthError: string | null;
  /** What the agent should run by the newest decision for it; null = nothing. */
  wantedHash: string | null;
  wantedReleaseId: ReleaseId | null;
  /** Last hash offered, and when. */
  offeredHash: string | null;
  offeredAt: number | null;
  /** The last RemoteConfigStatus. */
  reportedHash: string | null;
  reportedStatus: "applied" | "applying" | "failed" | null;
  reportedError: string | null;
  /** Last hash reported APPLIED, and the release it was for: what the agent runs. "" = never any of ours. */
  runningHash: string;
  runningReleaseId: ReleaseId | null;
  /** (agent, hash) that failed: never offered again until a person retries. Newest first, at most 20. */
  latched: { hash: string; error: string; at: number }[];
  /** Where it stands in the newest rollout that reached it: the runner's own, kept in the agent's row (JSON) so that it costs no row. */
  progress: StoredProgress | null;
  /**
   * How many configs it answered in the UTC hour that begins at `hour`: the meter's own, kept in the agent's row (JSON)
   * so that a delivery costs no row. null = never any.
   */
  deliveries: { hour: number; count: number } | null;
  /** While its effective config differs from what it runs by its own word. Absent like null: rows of older agents. */
  drift?: Drift | null;
  /** What the fleet's policy has done about its drift lately. */
  repairs?: Repairs | null;
  /** `hash` is what it ran when it last reported its effective config; `first` is what it reported first while it ran that. */
  shown?: { hash: string; first: string } | null;
}

export interface NewEvent {
  type: EventType;
  agentId?: AgentId;
  rolloutId?: RolloutId;
  actor?: string;
  summary: string;
  data?: Record<string, unknown>;
  /** On rollout events: the rollout as of this event, for the metadata store. */
  rollout?: Rollout;
  /** On `rollout.succeeded`: the fleet's current release from then on. */
  currentReleaseId?: ReleaseId | null;
}

/** The one way to change a fleet. Valid only inside its `commit` block. */
export interface Tx {
  readonly nowMs: number;
  readonly sql: SqlStorage;
  /** Writes the record's row and queues it for the live feed. Mutate the record first; many calls in one block write one row. */
  saveAgent(agent: AgentRecord): void;
  /** Appends to the fleet's events; `history` types also get an outbox row. Rising ids. */
  event(event: NewEvent): FleetEvent;
  outbox(message: OutboxMessage): void;
  /**
   * If the agent is connected and takes remote config: marks `offeredHash` and `offeredAt` and saves the record (the same
   * row as `saveAgent`), and after commit sends `wantedHash`'s files. Not when the hash is latched, nor when it is both the
   * last hash offered and the last one reported. Sent when it was reported but another hash was offered since.
   */
  offer(agentId: AgentId): void;
  /**
   * After commit: sends the files of `hash` to take in and check, if the agent is connected and says `io.muster.staging/1`.
   * Its answer goes to `RolloutPart.onStaged`. Writes nothing.
   */
  stage(agentId: AgentId, hash: string): void;
  /**
   * After commit: asks the connected ones of these agents that say `io.muster.metrics/1` for readings; no queries = no more
   * readings. Their answers go to `RolloutPart.onReading`. Writes nothing.
   */
  watch(agentIds: readonly AgentId[], queries: readonly MetricQuery[]): void;
  /** A row of `confirmations` in this block; the queue of webhook gates gets it after commit, at least once. */
  confirm(request: ConfirmationRequest): void;
  /** At the end of the block, before its rows are written: for what many changes of one block write together. */
  beforeWrite(work: () => void): void;
  /** After commit: the rollout as it now is, to the live feed. */
  publishRollout(rollout: Rollout): void;
}

export interface FleetContext {
  scope(): FleetScope;
  /** All agents by id; the same objects that `tx.saveAgent` writes. */
  agents: ReadonlyMap<AgentId, AgentRecord>;
  /** Rises whenever a block writes anything: what was worked out at the same number still holds. */
  readonly changes: number;
  commit<T>(block: (tx: Tx) => T): T;
}

/** The rollout runner, as the rest of the object sees it. */
export interface RolloutPart {
  onConfigStatus(tx: Tx, agent: AgentRecord): void;
  onHealth(tx: Tx, agent: AgentRecord): void;
  /** `renewed`: it was online already, over a connection that had not ended when this one took its place. */
  onOnline(tx: Tx, agent: AgentRecord, how: { renewed: boolean }): void;
  onOffline(tx: Tx, agent: AgentRecord): void;
  onLabelsChanged(tx: Tx, agent: AgentRecord): void;
  onRevoked(tx: Tx, agent: AgentRecord): void;
  /** The agent is about to leave the fleet's rows for good; it is told after its connection has ended. */
  onDeleted(tx: Tx, agent: AgentRecord): void;
  /** The agent answered a `stage` message. `hash` is the one that it carried; `error` null = ready to activate. */
  onStaged(tx: Tx, agent: AgentRecord, hash: string, error: string | null): void;
  /** One reading, by the index of the query. */
  onReading(tx: Tx, agent: AgentRecord, values: Record<number, number>): void;
  /** The alarm's share: deadlines, soaks and pauses that are due. Doubled, late and early calls are harmless. */
  onDue(tx: Tx): void;
  /** When `onDue` wants to be called next. */
  nextDueMs(): number | null;
  /** A newcomer or returner outside any rollout: sets wantedHash/wantedReleaseId from the current release. */
  assignCurrent(tx: Tx, agent: AgentRecord): void;
  /** Secrets are masked. */
  files(hash: string): RenderedFile[] | null;
  /** Secrets are masked. null = nothing of this hash is held. */
  bundle(hash: string): Bundle | null;
  /** As an agent that has it reports it: with its secrets, masked as reports are. null = it cannot be told. */
  expected(hash: string): Bundle | null;
  /** With its secrets: for the agent alone. */
  sendable(hash: string): Bundle | null;
  /** After a failed block and at wake-up, once the agents are loaded: drops memory and reads the running rollout from rows. */
  forget(): void;
}

export interface MeterPart {
  /** `agent.connectedAt` is set. Costs no row. */
  onConnected(tx: Tx, agent: AgentRecord): void;
  /** Closes the interval [connectedAt, endedAt). */
  onDisconnected(tx: Tx, agent: AgentRecord, connectedAt: number, endedAt: number): void;
  /** An agent answered an offer of ours for the first time (APPLIED or FAILED). Changes `agent.deliveries` and saves the record. */
  onDelivery(tx: Tx, agent: AgentRecord, hash: string): void;
  /** Adds bytes by hour (its start, epoch ms). Not idempotent: the caller keeps what it has told already. */
  onLogsShipped(tx: Tx, hours: Map<number, number>): void;
  /**
   * Of an agent's stored metrics, `ms` of this hour were added to a row, or dropped with it. What rows hold is derived
   * from them, so only what came too late, or goes too soon, changes anything.
   */
  onMetricPoints(tx: Tx, hour: number, ms: number, how: "added" | "dropped"): void;
  /** The agent's row is about to go: what it still holds is kept in the hours. Its connection has ended. */
  onDeleted(tx: Tx, agent: AgentRecord): void;
  /** Puts ledger statements of closed hours on the outbox; each (hour, meter, sequence) once. Cheap when nothing is due: call it at every wake-up. */
  stateClosedHours(tx: Tx): void;
  openUsage(fromMs: number, nowMs: number): MeterHour[];
  forget(): void;
}

/** Who runs other files than it was given. */
export interface DriftPart {
  /** After a message in which it spoke of its config. `reported`: it told its effective config. */
  observe(tx: Tx, agent: AgentRecord, reported: boolean): void;
  /** It is back: what its policy owes it is looked at again. */
  onOnline(tx: Tx, agent: AgentRecord): void;
  /** It is revoked or about to be deleted. */
  onGone(tx: Tx, agent: AgentRecord): void;
}
