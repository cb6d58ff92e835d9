import type { ErrorCode } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import { logShippingPath } from "../../protocol/custom/logs.ts";
import { agentLogsPath, type Shipper, shipperHeader } from "../../protocol/rpc/agent-logs.ts";
import { problemResponse } from "../http/errors.ts";
import type { AgentLogsStub } from "../services/context.ts";
import { verifyCredential } from "./credentials.ts";

export interface ShippingDeps {
  /** Public half of the key that signs agents' credentials. */
  credentialKey: CryptoKey;
  agentLogs: (agentId: AgentId) => Pick<AgentLogsStub, "fetch">;
  nowMs: () => number;
  requestId: string;
  logError: (message: string, facts: Record<string, unknown>) => void;
}

export const isShippingPath = (pathname: string): boolean => pathname === logShippingPath;

/** The door of agents that ship logs: no object is touched before the credential has been verified; it asks the fleet. */
export async function handleShipping(request: Request, deps: ShippingDeps): Promise<Response> {
  const problem = (code: ErrorCode, detail: string, headers?: Record<string, string>) =>
    problemResponse({ code, detail }, deps.requestId, headers);
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return problem("upgrade_required", "Dial with a WebSocket and the agent's credential", {
      upgrade: "websocket",
    });
  }
  const verified = await verifyCredential(
    request.headers.get("authorization"),
    deps.credentialKey,
    deps.nowMs(),
  );
  if (!verified.ok) return problem("unauthenticated", verified.problem);
  const { who } = verified;
  if (who.kind !== "agent") {
    return problem(
      "unauthenticated",
      "An enrolment token ships nothing: dial with the agent's own credential",
    );
  }
  const { organizationId, fleetId, agentId, generation } = who;
  const shipper: Shipper = { organizationId, fleetId, agentId, generation };
  try {
    const answer = await deps.agentLogs(agentId).fetch(`https://logs${agentLogsPath}`, {
      headers: { upgrade: "websocket", [shipperHeader]: JSON.stringify(shipper) },
    });
    if (answer.status === 101) return answer;
    const code = answer.status === 401 ? "unauthenticated" : answer.status === 404 ? "not_found" : "conflict";
    return problem(code, await answer.text());
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    deps.logError("kept logs could not be reached", { requestId: deps.requestId, error: text });
    return problem("unavailable", "Kept logs cannot be reached now. Dial again.");
  }
}
