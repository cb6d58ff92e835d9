/** The Stream object's RPC, the tickets that let people and agents in, and what the fleet is asked for. */
import { z } from "zod";
import type { Outcome } from "../../domain/errors.ts";
import type { AgentId, StreamId } from "../../domain/ids.ts";
import {
  type StreamEndReason,
  type StreamKind,
  type StreamTerms,
  streamKinds,
  streamSides,
} from "../../domain/streams/streams.ts";
import { id } from "../api/shared.ts";
import type { FleetScope } from "./fleet.ts";

/** Claims of a ticket: a JWT signed with EdDSA by the credential key, good for one dial. */
export const streamClaims = z.object({
  typ: z.literal("stream"),
  org: id("organization"),
  flt: id("fleet"),
  agt: id("agent"),
  str: id("stream"),
  side: z.enum(streamSides),
  kind: z.enum(streamKinds),
  jti: z.string().min(16).max(64),
  exp: z.number().int(),
});
export type StreamClaims = z.infer<typeof streamClaims>;

/**
 * Who dials a stream, as the gateway verified it. It travels as JSON in this header, on a request that only a binding
 * can make.
 */
export const streamPrincipalHeader = "x-muster-stream-principal";
export interface StreamPrincipal extends StreamClaims {
  /** Data bytes that a viewer who comes back has already; null = it has nothing. */
  received: number | null;
}

/** What a stream is told of itself when it is opened. */
export interface StreamFacts extends FleetScope {
  streamId: StreamId;
  agentId: AgentId;
  agentName: string;
  kind: StreamKind;
  terms: StreamTerms;
  /** For the recording: what is run, and how large the terminal is. */
  title: string;
  size: { cols: number; rows: number } | null;
  openedAtMs: number;
  /** What tells this opening from others of the same stream; left out = it has only one. */
  opening?: number;
  /** Who opened it, by id. */
  actor?: string;
}

/** How a stream ended, as the metadata store and the fleet are told. */
export interface StreamEnd {
  reason: StreamEndReason;
  code: number | null;
  signal: string | null;
  /** null = the two sides never met. */
  startedAtMs: number | null;
  endedAtMs: number;
  /** Data bytes from the viewer, and from the agent. */
  bytesIn: number;
  bytesOut: number;
  /** 0 = there is no recording. */
  recordedBytes: number;
  /** Of which openings it is the end; left out = there is only one. */
  openings?: number[];
}

/** What the fleet is asked to open. */
export interface StreamOrder {
  streamId: StreamId;
  kind: StreamKind;
  /** As the agent's `open` message carries it. */
  spec: Record<string, unknown>;
  terms: StreamTerms;
  title: string;
  size: { cols: number; rows: number } | null;
  opening?: number;
  actor: string;
  name: string;
}

export interface StreamTicket {
  streamId: StreamId;
  ticket: string;
  expiresAtMs: number;
}

/** Of the Fleet object. */
export interface FleetStreamRpc {
  /** Tells the agent to dial in, and answers the viewer's ticket. Refuses where the agent cannot, or a cap is reached. */
  openStream(scope: FleetScope, agentId: AgentId, order: StreamOrder): Promise<Outcome<StreamTicket>>;
  /** Another ticket of a viewer whose connection broke. */
  renewViewerTicket(
    scope: FleetScope,
    agentId: AgentId,
    stream: { streamId: StreamId; kind: StreamKind },
  ): Promise<Outcome<StreamTicket>>;
  /** It counts towards no cap any more. Again changes nothing. */
  streamEnded(scope: FleetScope, streamId: StreamId): Promise<Outcome<null>>;
}

/** Of the Stream object. */
export interface StreamRpc {
  open(facts: StreamFacts): Promise<Outcome<null>>;
  /** Ends it now; with `opening` only while it is no other opening's too. Again changes nothing. */
  end(scope: FleetScope, reason: StreamEndReason, opening?: number): Promise<Outcome<null>>;
  /** The recording as asciicast v2, after this position; null = there is none. `next` = the one to go on after; null = that is all. */
  recording(
    scope: FleetScope,
    after: number,
  ): Promise<Outcome<{ text: Uint8Array; next: number | null } | null>>;
}

/** Path that the object serves by `fetch`. */
export const streamObjectPath = "/stream";
