import type { AgentId, StreamId } from "../../domain/ids.ts";
import type { FleetStub } from "../../durable-objects/stubs.ts";
import { type FleetScope, fleetPaths } from "../../protocol/rpc/fleet.ts";
import type { AgentLogsStub, Platform } from "../services/context.ts";
import { handleOpamp } from "./opamp.ts";
import { handleShipping, isShippingPath } from "./shipping.ts";
import { handleStream, isStreamPath } from "./streams.ts";

export interface GatewayOptions {
  platform: Pick<Platform, "clock" | "ids" | "log"> & {
    fleet: (scope: FleetScope) => Pick<FleetStub, "fetch">;
    stream: (streamId: StreamId) => Pick<Fetcher, "fetch">;
    agentLogs: (agentId: AgentId) => Pick<AgentLogsStub, "fetch">;
  };
  /** Scheme and host that agents reach us by; the request's own when left out. */
  publicUrl?: string | undefined;
  /** Public half of the key that signs agents' credentials. */
  agentKey: Promise<CryptoKey>;
}

export type AnswerAgent = (request: Request) => Promise<Response>;

/** What goes past the API: `/v1/opamp`, and the sockets of streams and of shipped logs. */
export const isGatewayPath = (pathname: string): boolean =>
  pathname === fleetPaths.opamp || isStreamPath(pathname) || isShippingPath(pathname);

/** `/v1/opamp` and `/v1/streams/{stream}` for this deployment. */
export function createGateway({ platform, publicUrl, agentKey }: GatewayOptions): AnswerAgent {
  return async (request) => {
    const requestId = platform.ids.make("request");
    const deps = {
      credentialKey: await agentKey,
      nowMs: () => platform.clock.now(),
      requestId,
      logError: (message: string, facts: Record<string, unknown>) => platform.log.error(message, facts),
    };
    const { origin, pathname } = new URL(request.url);
    const answer = isStreamPath(pathname)
      ? await handleStream(request, { ...deps, stream: platform.stream })
      : isShippingPath(pathname)
        ? await handleShipping(request, { ...deps, agentLogs: platform.agentLogs })
        : await handleOpamp(request, { ...deps, fleet: platform.fleet, publicUrl: publicUrl ?? origin });
    if (answer.status !== 101) answer.headers.set("x-request-id", requestId);
    return answer;
  };
}
