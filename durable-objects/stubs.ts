import { isId } from "../domain/ids.ts";
import type { AgentLogsRpc } from "../protocol/rpc/agent-logs.ts";
import type { FleetRpc } from "../protocol/rpc/fleet.ts";
import type { LimitsRpc } from "../protocol/rpc/limits.ts";
import type { StreamRpc } from "../protocol/rpc/streams.ts";

/** A Fleet object as Workers see it: its RPC methods, and `fetch` for sockets. */
export type FleetStub = FleetRpc & Pick<Fetcher, "fetch">;

/** The binding of the Fleet class, wherever it is deployed. */
export type FleetNamespace = DurableObjectNamespace;

/**
 * The only place that turns an id into a stub. Throws RangeError on what is not a fleet id. The location hint counts
 * only for the call that creates the object.
 */
export function fleetStub(
  namespace: FleetNamespace,
  fleetId: string,
  locationHint?: DurableObjectLocationHint,
): FleetStub {
  if (!isId("fleet", fleetId)) throw new RangeError(`not a fleet id: ${fleetId}`);
  // The binding's class implements FleetRpc; the platform's types cannot say so across deployables.
  return namespace.get(
    namespace.idFromName(fleetId),
    locationHint ? { locationHint } : {},
  ) as unknown as FleetStub;
}

/** The object of one stream. Throws RangeError on what is not a stream's id. */
export function streamStub(
  namespace: DurableObjectNamespace | undefined,
  streamId: string,
): StreamRpc & Pick<Fetcher, "fetch"> {
  if (!isId("stream", streamId)) throw new RangeError(`not a stream id: ${streamId}`);
  if (!namespace) throw new Error("STREAM is not bound: the Worker of the fleets must bind the class Stream");
  // As above: the binding's class implements StreamRpc.
  return namespace.get(namespace.idFromName(streamId)) as unknown as StreamRpc & Pick<Fetcher, "fetch">;
}

export type AgentLogsStub = AgentLogsRpc & Pick<Fetcher, "fetch">;

/** The object that keeps what an agent ships of its logs. Throws RangeError on what is not an agent's id. */
export function agentLogsStub(namespace: DurableObjectNamespace | undefined, agentId: string): AgentLogsStub {
  if (!isId("agent", agentId)) throw new RangeError(`not an agent id: ${agentId}`);
  if (!namespace) throw new Error("AGENT_LOGS is not bound: bind the class AgentLogs of the fleets' Worker");
  // As above: the binding's class implements AgentLogsRpc.
  return namespace.get(namespace.idFromName(agentId)) as unknown as AgentLogsStub;
}

/** The object that counts the requests of an organization, or of a person who has none. */
export function limitsStub(namespace: DurableObjectNamespace, subject: string): LimitsRpc {
  if (!isId("organization", subject) && !isId("user", subject) && !isId("apiKey", subject)) {
    throw new RangeError(`nobody's requests are counted as ${subject}`);
  }
  // As above: the binding's class implements LimitsRpc.
  return namespace.get(namespace.idFromName(subject)) as unknown as LimitsRpc;
}
