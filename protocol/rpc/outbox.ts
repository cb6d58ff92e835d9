import type { AgentId, FleetId, OrganizationId, ReleaseId, RolloutId, StreamId } from "../../domain/ids.ts";
import type { StreamKind } from "../../domain/streams/streams.ts";
import type { FleetEvent } from "../api/events.ts";
import type { Rollout } from "../api/rollouts.ts";
import type { MeterName } from "../api/usage.ts";
import type { FleetScope } from "./fleet.ts";
import type { StreamEnd } from "./streams.ts";

/**
 * What a Fleet object puts on the queue. Delivery is at least once and unordered; `key` makes each one idempotent
 * (the event's id; fleet + hour + meter + sequence).
 */
export type OutboxMessage =
  | {
      kind: "event";
      key: string;
      event: FleetEvent /** present on rollout events: the rollout as of this event */;
      rollout?: Rollout;
      /** Present when the rollout has just succeeded: the fleet's current release from then on. */
      currentReleaseId?: ReleaseId | null;
    }
  | {
      /** Agents drifted, and the fleet's policy asks for a rollout under this id. */
      kind: "drift";
      key: string;
      scope: FleetScope;
      rolloutId: RolloutId;
      policy: "reapply" | "accept";
      agents: AgentId[];
    }
  | {
      kind: "usage";
      key: string;
      organizationId: OrganizationId;
      fleetId: FleetId;
      hour: number;
      meter: MeterName;
      quantity: number;
      sequence: number;
      recordedAtMs: number;
    }
  | {
      /** A stream has ended. `key` is its id. */
      kind: "stream";
      key: string;
      scope: FleetScope;
      streamId: StreamId;
      agentId: AgentId;
      streamKind: StreamKind;
      end: StreamEnd;
    }
  | {
      /** Somebody looks at a stream for some time already: may they still? `key` is its id and the time. */
      kind: "stream_right";
      key: string;
      scope: FleetScope;
      streamId: StreamId;
      agentId: AgentId;
      streamKind: StreamKind;
      actor: string;
    };

export const outboxQueue = "muster-fleet-outbox";
