/**
 * What the Fleet object answers over RPC. Every call names its tenant first; the object refuses a call whose
 * tenant is not its own with `not_found`. Refusals travel as values, since RPC loses an exception's class.
 */

import type { z } from "zod";
import type { Quoting } from "../../domain/configs/inputs/template.ts";
import type { FrozenInputs, InputChange } from "../../domain/configs/inputs/values.ts";
import type { Outcome, Refusal } from "../../domain/errors.ts";
import type { AgentConfigState, AgentStatus, Labels } from "../../domain/fleets/agent-state.ts";
import type { DriftPolicy, Reapply } from "../../domain/fleets/drift.ts";
import type {
  AgentId,
  ConfigId,
  ConfigVersionId,
  EnrollmentTokenId,
  EventId,
  FleetId,
  OrganizationId,
  ReleaseId,
  RolloutId,
  UserId,
} from "../../domain/ids.ts";
import type { ActiveChoice, Policy, Schedule } from "../../domain/rollouts/policy.ts";
import type { RolloutAgentState } from "../../domain/rollouts/states.ts";
import type { WrappedKey } from "../../domain/secrets/envelope.ts";
import type { LabelFilter } from "../../domain/tenancy/label-filter.ts";
import type { Agent, AgentDetail, AgentExplanation, agentSorts } from "../api/agents.ts";
import type { FleetComponents } from "../api/collector.ts";
import type { AgentDrift, ConfigDrift, FleetDrift } from "../api/drift.ts";
import type { EventsPage } from "../api/events.ts";
import type { AgentRender } from "../api/renders.ts";
import type {
  Gates,
  ReleasePackage,
  Rollout,
  RolloutDetail,
  RolloutExplanation,
  RolloutExport,
  RolloutPreview,
  rolloutAgent,
  Strategy,
} from "../api/rollouts.ts";
import type { MeterName } from "../api/usage.ts";
import type { FleetActionRpc } from "./agent-actions.ts";
import type { FleetLogRpc } from "./agent-logs.ts";
import type { MetricsRpc } from "./metrics.ts";
import type { OwnTelemetryRpc } from "./own-telemetry.ts";
import type { FleetStreamRpc } from "./streams.ts";

export interface FleetScope {
  organizationId: OrganizationId;
  fleetId: FleetId;
}

export interface FleetSettings {
  opampEndpoint: string;
  /** How many agents the organization's plan allows; left out = as it was told before. */
  agentLimit?: number;
}

/** One config version in full, with the agents it is for. */
export interface BundledAssignment {
  configId: ConfigId;
  configName: string;
  kind: string;
  versionId: ConfigVersionId;
  version: number;
  sha256: string;
  selector: string;
  fileName: string;
  contentType: string;
  content: string;
  /** How values are written into it; left out = it has no placeholders. */
  quoting?: Quoting;
}

/** Values of secrets, and the data keys that sealed them. */
export interface SealedSecrets {
  /** `name` and `version` are what people know it by. */
  values: { versionId: string; keyId: string; sealed: string; name: string; version: number }[];
  keys: WrappedKey[];
}

/** Who has which version of a secret. */
export interface SecretUse {
  /** Of the versions asked about, those that may still be sent to an agent. */
  held: string[];
  /** Agents whose running config has it; `first` = the first of them by name. */
  versions: { versionId: string; agents: number; first: { id: AgentId; name: string }[] }[];
}

/** All that a fleet needs to render a release without asking anyone. */
export interface ReleaseBundle {
  id: ReleaseId;
  number: number;
  assignments: BundledAssignment[];
  packages: ReleasePackage[];
  /** Left out = its configs name none. */
  inputs?: FrozenInputs;
  secrets?: SealedSecrets;
}

export interface RolloutOrder {
  id: RolloutId;
  /** For a revert: the release of the rollout that is taken back; where agents go is known to the fleet. */
  release: ReleaseBundle;
  revertOf: RolloutId | null;
  /** Gives drifted agents anew what they run; left out = it does not. */
  reapply?: Reapply;
  strategy: Strategy;
  gates: Gates;
  autoRevert: boolean;
  message: string | null;
  /** Display name of who ordered it, and the id that events carry. */
  author: string;
  actor: string;
  /** The person behind the actor: an API key stands for who made it. null = not known. */
  person: UserId | null;
  schedule: Schedule;
  policy: Policy;
  onActive: ActiveChoice;
  /** The reason that an admin gave. */
  overrideFreeze: string | null;
  /** Of the environment whose `policy` this is; a policy of a higher one that the fleet knows already stands. */
  policyRevision?: number;
  /** From a dry run: refused with `plan_outdated` when the plan would now differ. */
  planToken?: string;
}

export interface Approval {
  verdict: "approve" | "reject";
  comment: string | null;
  actor: string;
  name: string;
  person: UserId;
}

export interface ConfirmationAnswer {
  id: string;
  attempt: number;
  verdict: "confirm" | "deny" | "wait" | "unanswered";
  text: string;
}

/** The plan of an order, as the fleet alone can tell it. */
export interface PlannedRollout extends Omit<RolloutPreview, "assignments"> {
  /** How many agents each of the order's assignments matches, in their order. */
  matches: number[];
  /** Why this plan must not start; null = it may. */
  refusal: Refusal | null;
}

/** What an input's change would do to a fleet. `names`: the first agents that would change. */
export interface InputPreview {
  releaseNumber: number;
  agents: number;
  changed: number;
  names: string[];
  problem: string | null;
}

/** What a start needs to know of its plan beforehand. */
export interface CheckedRollout extends Pick<PlannedRollout, "total" | "unchanged" | "warnings" | "refusal"> {
  waves: number;
  /** Only for an order that carries one. */
  planToken: string | null;
}

export interface ListAgents {
  /** Only agents whose labels these let be seen. */
  visible?: LabelFilter;
  status?: AgentStatus;
  configState?: AgentConfigState;
  drifted?: boolean;
  label?: string;
  q?: string;
  sort: (typeof agentSorts)[number];
  limit: number;
  cursor?: string;
}

export interface DriftQuery {
  /** Only agents whose labels these let be seen; the counts are of the whole fleet. */
  visible?: LabelFilter;
  limit: number;
  cursor?: string;
}

/** One fleet's part of a ConfigDrift; null = nothing of the config is there. */
export type FleetConfigDrift = Omit<ConfigDrift["items"][number], "fleetId" | "fleetName"> | null;

export interface ComponentsQuery {
  /** Only agents whose labels match; left out = all. */
  selector?: string;
  /** Only agents whose labels these let be seen. */
  visible?: LabelFilter;
}

export interface ListEvents {
  after?: EventId;
  type?: string;
  agent?: AgentId;
  rollout?: RolloutId;
  limit: number;
}

export interface RolloutAgentsQuery {
  state?: RolloutAgentState;
  limit: number;
  cursor?: string;
}

export interface Paged<T> {
  items: T[];
  nextCursor: string | null;
}

export interface FleetSummary {
  counts: {
    total: number;
    online: number;
    offline: number;
    revoked: number;
    unhealthy: number;
    failed: number;
    drifted: number;
  };
  activeRolloutId: RolloutId | null;
  currentReleaseId: ReleaseId | null;
}

/** Quantities of one UTC hour (`hour` = start, epoch ms). */
export interface MeterHour {
  hour: number;
  meter: MeterName;
  quantity: number;
}

/** `actor` is the id of who asks; `name`, where it is passed, is what people read. */
export interface FleetRpc extends FleetActionRpc, FleetLogRpc, FleetStreamRpc, MetricsRpc, OwnTelemetryRpc {
  /** Tells a new object who it is. The same call again changes nothing. */
  configure(scope: FleetScope, settings: FleetSettings): Promise<Outcome<null>>;
  /** Of a deleted organization: sends every agent away and lets none in, until it is opened again. */
  setClosed(scope: FleetScope, closed: boolean): Promise<Outcome<null>>;
  /** Forgets everything, for good. Nobody is let in any more. The same call again changes nothing. */
  erase(scope: FleetScope): Promise<Outcome<null>>;
  summary(scope: FleetScope): Promise<Outcome<FleetSummary>>;

  listAgents(scope: FleetScope, query: ListAgents): Promise<Outcome<Paged<Agent>>>;
  getAgent(scope: FleetScope, agentId: AgentId): Promise<Outcome<AgentDetail>>;
  /** What agents that are not revoked say of themselves, counted. */
  fleetComponents(scope: FleetScope, query: ComponentsQuery): Promise<Outcome<FleetComponents>>;
  explainAgent(scope: FleetScope, agentId: AgentId): Promise<Outcome<AgentExplanation>>;
  revokeAgent(scope: FleetScope, agentId: AgentId, actor: string, name?: string): Promise<Outcome<Agent>>;
  restartAgent(scope: FleetScope, agentId: AgentId, actor: string, name?: string): Promise<Outcome<Agent>>;

  tokenUses(scope: FleetScope): Promise<Outcome<Record<EnrollmentTokenId, number>>>;
  revokeEnrollmentToken(
    scope: FleetScope,
    tokenId: EnrollmentTokenId,
    actor: string,
    name?: string,
  ): Promise<Outcome<null>>;

  previewRollout(scope: FleetScope, order: Omit<RolloutOrder, "id">): Promise<Outcome<PlannedRollout>>;
  /** The same plan in numbers. The start of this very order uses it, unless the fleet changes between the two. */
  checkRollout(scope: FleetScope, order: Omit<RolloutOrder, "id">): Promise<Outcome<CheckedRollout>>;
  /**
   * What the current release would change with these rows of an input; null = it does not name it, or there is none.
   * `secrets`: values that the rows of a secret stand for. They are not kept.
   */
  previewInputs(
    scope: FleetScope,
    change: InputChange,
    secrets?: SealedSecrets,
  ): Promise<Outcome<InputPreview | null>>;
  /** What the release, or without one the current release, gives the agent. Secrets are masked. */
  renderAgent(
    scope: FleetScope,
    agentId: AgentId,
    release: ReleaseBundle | null,
  ): Promise<Outcome<AgentRender>>;
  /** Idempotent by `order.id`. */
  startRollout(scope: FleetScope, order: RolloutOrder): Promise<Outcome<Rollout>>;
  getRollout(scope: FleetScope, rolloutId: RolloutId): Promise<Outcome<RolloutDetail>>;
  rolloutAgents(
    scope: FleetScope,
    rolloutId: RolloutId,
    query: RolloutAgentsQuery,
  ): Promise<Outcome<Paged<z.infer<typeof rolloutAgent>>>>;
  abortRollout(
    scope: FleetScope,
    rolloutId: RolloutId,
    actor: string,
    name?: string,
  ): Promise<Outcome<Rollout>>;
  pauseRollout(
    scope: FleetScope,
    rolloutId: RolloutId,
    actor: string,
    name?: string,
  ): Promise<Outcome<Rollout>>;
  resumeRollout(
    scope: FleetScope,
    rolloutId: RolloutId,
    actor: string,
    name?: string,
  ): Promise<Outcome<Rollout>>;
  promoteRollout(
    scope: FleetScope,
    rolloutId: RolloutId,
    actor: string,
    name?: string,
  ): Promise<Outcome<Rollout>>;
  retryRollout(
    scope: FleetScope,
    rolloutId: RolloutId,
    actor: string,
    name?: string,
  ): Promise<Outcome<Rollout>>;
  /** Refused with `forbidden` where the approver is the author and the environment is protected. */
  approveRollout(scope: FleetScope, rolloutId: RolloutId, approval: Approval): Promise<Outcome<Rollout>>;
  overrideFreeze(
    scope: FleetScope,
    rolloutId: RolloutId,
    override: { actor: string; name: string; reason: string },
  ): Promise<Outcome<Rollout>>;
  explainRollout(scope: FleetScope, rolloutId: RolloutId): Promise<Outcome<RolloutExplanation>>;
  exportRollout(scope: FleetScope, rolloutId: RolloutId): Promise<Outcome<RolloutExport>>;
  /** The answer of an outside system to a `ConfirmationRequest`. Late and repeated answers change nothing. */
  answerConfirmation(
    scope: FleetScope,
    rolloutId: RolloutId,
    answer: ConfirmationAnswer,
  ): Promise<Outcome<null>>;
  /** What to do about drift. A revision that is not higher than the known one changes nothing. */
  setDriftPolicy(scope: FleetScope, policy: DriftPolicy, revision: number): Promise<Outcome<null>>;
  /** When to tell of an agent that is away; null = never. A revision that is not higher than the known one changes nothing. */
  setOfflineAfter(scope: FleetScope, afterSeconds: number | null, revision: number): Promise<Outcome<null>>;
  /** The rollout that the fleet's drift policy asked for cannot be, for this reason. */
  refuseRepair(scope: FleetScope, rolloutId: RolloutId, reason: string): Promise<Outcome<null>>;
  fleetDrift(scope: FleetScope, query: DriftQuery): Promise<Outcome<FleetDrift>>;
  agentDrift(scope: FleetScope, agentId: AgentId): Promise<Outcome<AgentDrift>>;
  configDrift(scope: FleetScope, configId: ConfigId): Promise<Outcome<FleetConfigDrift>>;
  /** The environment's policy, for rollouts that have not ended. A lower revision than the known one changes nothing. */
  setPolicy(scope: FleetScope, policy: Policy, revision: number): Promise<Outcome<null>>;
  /** Ends the agent's connection and credential, and forgets it. */
  deleteAgent(scope: FleetScope, agentId: AgentId, actor: string, name?: string): Promise<Outcome<null>>;

  secretUse(scope: FleetScope, versionIds: readonly string[]): Promise<Outcome<SecretUse>>;
  /** Ids of the secrets' versions that the fleet holds. */
  heldSecrets(scope: FleetScope): Promise<Outcome<string[]>>;
  /** After a change of keys: what is held, sealed anew. What is not held changes nothing. */
  resealSecrets(scope: FleetScope, sealed: SealedSecrets): Promise<Outcome<null>>;
  /** Of destroyed versions: their bytes go. Answers those that stay, because an agent may still be sent them. */
  forgetSecrets(scope: FleetScope, versionIds: readonly string[]): Promise<Outcome<string[]>>;

  listEvents(scope: FleetScope, query: ListEvents): Promise<Outcome<EventsPage>>;
  /** Hours from `fromMs` on that are not yet stated in the ledger, up to now. Writes nothing. */
  openUsage(scope: FleetScope, fromMs: number): Promise<Outcome<MeterHour[]>>;
  /** States every closed hour to the outbox now, instead of at the next wake-up. */
  flushUsage(scope: FleetScope): Promise<Outcome<null>>;
}

/**
 * Who stands behind an agent's connection, as the gateway verified it. It travels from the Worker to the object
 * as JSON in this header, on a request that only a binding can make.
 */
export const agentPrincipalHeader = "x-muster-agent-principal";
export type AgentPrincipal = FleetScope &
  (
    | { kind: "agent"; agentId: AgentId; generation: number }
    | {
        kind: "enrollment_token";
        tokenId: EnrollmentTokenId;
        labels: Labels;
        maxUses: number | null;
        expiresAtMs: number | null;
      }
  ) & { opampEndpoint: string };

/** The same for people who follow the live feed. */
export const viewerPrincipalHeader = "x-muster-viewer-principal";
export type ViewerPrincipal = FleetScope & { actor: string; expiresAtMs: number | null };

/** Paths that the object serves by `fetch`. */
export const fleetPaths = { opamp: "/v1/opamp", live: "/live" } as const;
