import type { FleetStub } from "../../durable-objects/stubs.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { Platform } from "../services/context.ts";
import { handleOpamp } from "./opamp.ts";

export interface GatewayOptions {
  platform: Pick<Platform, "clock" | "ids" | "log"> & {
    fleet: (scope: FleetScope) => Pick<FleetStub, "fetch">;
  };
  /** Scheme and host that agents reach us by; the request's own when left out. */
  publicUrl?: string | undefined;
  /** Public half of the key that signs agents' credentials. */
  agentKey: Promise<CryptoKey>;
}

export type AnswerAgent = (request: Request) => Promise<Response>;

/** `/v1/opamp` for this deployment. */
export function createGateway({ platform, publicUrl, agentKey }: GatewayOptions): AnswerAgent {
  return async (request) => {
    const requestId = platform.ids.make("request");
    const answer = await handleOpamp(request, {
      credentialKey: await agentKey,
      fleet: platform.fleet,
      nowMs: () => platform.clock.now(),
      requestId,
      publicUrl: publicUrl ?? new URL(request.url).origin,
      logError: (message, facts) => platform.log.error(message, facts),
    });
    if (answer.status !== 101) answer.headers.set("x-request-id", requestId);
    return answer;
  };
}
