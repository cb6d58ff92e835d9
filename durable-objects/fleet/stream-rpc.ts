import type { AgentId, StreamId } from "../../domain/ids.ts";
import type { StreamKind } from "../../domain/streams/streams.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { StreamOrder } from "../../protocol/rpc/streams.ts";
import { answer } from "./answer.ts";
import { SecretRpc } from "./secret-rpc.ts";
import { openStream, renewViewerTicket, streamEnded } from "./streams.ts";

/** The Fleet's RPC methods on streams: forwarding only. */
export class StreamRpc extends SecretRpc {
  async openStream(scope: FleetScope, agentId: AgentId, order: StreamOrder) {
    return openStream(this.parts, this.env, scope, agentId, order);
  }

  async renewViewerTicket(
    scope: FleetScope,
    agentId: AgentId,
    stream: { streamId: StreamId; kind: StreamKind },
  ) {
    return renewViewerTicket(this.parts, this.env, scope, agentId, stream);
  }

  async streamEnded(scope: FleetScope, streamId: StreamId) {
    return answer(this.parts, scope, (parts) => streamEnded(parts, streamId));
  }
}
