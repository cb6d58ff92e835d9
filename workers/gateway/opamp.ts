import type { ErrorCode } from "../../domain/errors.ts";
import type { FleetStub } from "../../durable-objects/stubs.ts";
import { limits, opampContentType } from "../../protocol/opamp/limits.ts";
import {
  type AgentPrincipal,
  agentPrincipalHeader,
  type FleetScope,
  fleetPaths,
} from "../../protocol/rpc/fleet.ts";
import { problemResponse } from "../http/errors.ts";
import { BodyTooLargeError, BodyUnreadableError, readBody } from "./body.ts";
import { verifyCredential } from "./credentials.ts";

export interface OpampDeps {
  /** Public half of the key that signs agents' credentials. */
  credentialKey: CryptoKey;
  fleet: (scope: FleetScope) => Pick<FleetStub, "fetch">;
  nowMs: () => number;
  requestId: string;
  /** Scheme and host that agents reach us by, without a trailing slash. */
  publicUrl: string;
  logError: (message: string, facts: Record<string, unknown>) => void;
}

/** Answers smaller than this are not worth compressing. */
const gzipFromBytes = 1024;

/** The agents' front door, `/v1/opamp`: nothing behind it is touched before the credential has been verified. */
export async function handleOpamp(request: Request, deps: OpampDeps): Promise<Response> {
  const problem = (code: ErrorCode, detail: string, headers?: Record<string, string>) =>
    problemResponse({ code, detail }, deps.requestId, headers);

  const upgrades = request.headers.get("upgrade")?.toLowerCase() === "websocket";
  if (!upgrades && request.method !== "POST") {
    return request.method === "GET"
      ? problem("upgrade_required", "Dial with a WebSocket, or POST an AgentToServer message", {
          upgrade: "websocket",
        })
      : problem("method_not_allowed", "Dial with a WebSocket, or POST an AgentToServer message", {
          allow: "GET, POST",
        });
  }
  const verified = await verifyCredential(
    request.headers.get("authorization"),
    deps.credentialKey,
    deps.nowMs(),
  );
  if (!verified.ok) return problem("unauthenticated", verified.problem);
  const base = upgrades ? deps.publicUrl.replace(/^http/, "ws") : deps.publicUrl;
  const principal: AgentPrincipal = { ...verified.who, opampEndpoint: `${base}${fleetPaths.opamp}` };
  const headers = new Headers({ [agentPrincipalHeader]: JSON.stringify(principal) });
  const fleet = deps.fleet(principal);
  const url = `https://fleet${fleetPaths.opamp}`;

  try {
    if (upgrades) {
      headers.set("upgrade", "websocket");
      return await answerOf(await fleet.fetch(url, { headers }));
    }
    const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type !== opampContentType) {
      return problem("unsupported_media_type", `Send OpAMP messages as ${opampContentType}`);
    }
    const body = await readBody(request);
    const answer = await fleet.fetch(url, { method: "POST", headers, body });
    return answer.status === 200 ? pollAnswer(request, answer) : await answerOf(answer);
  } catch (error) {
    if (error instanceof BodyTooLargeError) {
      return problem("payload_too_large", `A message has at most ${limits.messageBytes} bytes once unpacked`);
    }
    if (error instanceof BodyUnreadableError) return problem("malformed_body", error.message);
    deps.logError("the fleet could not be reached", {
      requestId: deps.requestId,
      fleetId: principal.fleetId,
      error: error instanceof Error ? error.message : String(error),
    });
    return problemResponse(
      {
        code: "unavailable",
        detail: "The fleet cannot be reached now. Dial again after the given time.",
        retryAfterSeconds: 5 + Math.floor(Math.random() * 25),
      },
      deps.requestId,
    );
  }

  /** The object's own refusals, in the API's form. */
  async function answerOf(answer: Response): Promise<Response> {
    switch (answer.status) {
      case 101:
        return answer;
      case 400:
        return problem("malformed_body", await answer.text());
      case 401:
        return problem("unauthenticated", await answer.text());
      case 413:
        return problem("payload_too_large", await answer.text());
      default:
        throw new Error(`the fleet answered ${answer.status}`);
    }
  }
}

async function pollAnswer(request: Request, answer: Response): Promise<Response> {
  const bytes = await answer.arrayBuffer();
  const headers = new Headers({ "content-type": opampContentType });
  const takesGzip = /\bgzip\b/i.test(request.headers.get("accept-encoding") ?? "");
  if (!takesGzip || bytes.byteLength < gzipFromBytes) return new Response(bytes, { headers });
  headers.set("content-encoding", "gzip");
  headers.set("vary", "accept-encoding");
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(packed, { headers, encodeBody: "manual" });
}
