import { errors, jwtVerify } from "jose";
import type { ErrorCode } from "../../domain/errors.ts";
import type { StreamId } from "../../domain/ids.ts";
import {
  receivedParameter,
  streamPath,
  streamSubprotocol,
  ticketSubprotocol,
} from "../../protocol/custom/streams.ts";
import { credentialAlgorithm, maxCredentialChars } from "../../protocol/rpc/credentials.ts";
import {
  type StreamClaims,
  type StreamPrincipal,
  streamClaims,
  streamObjectPath,
  streamPrincipalHeader,
} from "../../protocol/rpc/streams.ts";
import { problemResponse } from "../http/errors.ts";

export interface StreamDeps {
  /** Public half of the key that signs tickets. */
  credentialKey: CryptoKey;
  stream: (streamId: StreamId) => Pick<Fetcher, "fetch">;
  nowMs: () => number;
  requestId: string;
  logError: (message: string, facts: Record<string, unknown>) => void;
}

const pathPattern = /^\/v1\/streams\/([^/]+)$/;

/** `/v1/streams/{stream}`, which takes upgrades only. */
export const isStreamPath = (pathname: string): boolean => pathPattern.test(pathname);

/** The door of streams: no object is touched before the ticket has been verified; the object lets it in once. */
export async function handleStream(request: Request, deps: StreamDeps): Promise<Response> {
  const problem = (code: ErrorCode, detail: string, headers?: Record<string, string>) =>
    problemResponse({ code, detail }, deps.requestId, headers);
  const url = new URL(request.url);
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return problem("upgrade_required", "Dial with a WebSocket and the ticket of a stream", {
      upgrade: "websocket",
    });
  }
  const ticket = ticketOf(request.headers);
  if (!ticket) {
    return problem(
      "unauthenticated",
      `There is no ticket: send \`Authorization: Bearer <ticket>\`, or the subprotocols ${streamSubprotocol} and ${ticketSubprotocol}<ticket>`,
    );
  }
  const verified = await verifyTicket(ticket, deps.credentialKey, deps.nowMs());
  if (typeof verified === "string") return problem("unauthenticated", verified);
  if (url.pathname !== streamPath(verified.str)) {
    return problem("unauthenticated", "The ticket is for another stream: ask for one of this stream");
  }
  const received = url.searchParams.get(receivedParameter);
  const principal: StreamPrincipal = {
    ...verified,
    received: received !== null && /^\d{1,15}$/.test(received) ? Number(received) : null,
  };
  const headers = new Headers({
    upgrade: "websocket",
    [streamPrincipalHeader]: JSON.stringify(principal),
  });
  // The ticket stays here: the object is told only which of the two was offered.
  if (offered(request.headers).includes(streamSubprotocol)) {
    headers.set("sec-websocket-protocol", streamSubprotocol);
  }
  try {
    const answer = await deps
      .stream(verified.str as StreamId)
      .fetch(`https://stream${streamObjectPath}`, { headers });
    return answer.status === 101 ? answer : await refusalOf(answer);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    deps.logError("the stream could not be reached", { requestId: deps.requestId, error: text });
    return problem("unavailable", "The stream cannot be reached now. Dial again.");
  }

  /** The object's own refusals, in the API's form. */
  async function refusalOf(answer: Response): Promise<Response> {
    switch (answer.status) {
      case 401:
        return problem("unauthenticated", await answer.text());
      case 404:
        return problem("not_found", await answer.text());
      case 409:
        return problem("conflict", await answer.text());
      default:
        throw new Error(`the stream answered ${answer.status}`);
    }
  }
}

const offered = (headers: Headers): string[] =>
  (headers.get("sec-websocket-protocol") ?? "").split(",").map((protocol) => protocol.trim());

function ticketOf(headers: Headers): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer) return bearer;
  const protocol = offered(headers).find((one) => one.startsWith(ticketSubprotocol));
  return protocol?.slice(ticketSubprotocol.length) || null;
}

/** The claims, or why the ticket does not count. */
async function verifyTicket(
  ticket: string,
  publicKey: CryptoKey,
  nowMs: number,
): Promise<StreamClaims | string> {
  if (ticket.length > maxCredentialChars) return "The ticket is too long to be one of ours";
  try {
    const options = { algorithms: [credentialAlgorithm], currentDate: new Date(nowMs) };
    const { payload } = await jwtVerify(ticket, publicKey, options);
    const parsed = streamClaims.safeParse(payload);
    return parsed.success ? parsed.data : "This is no ticket of a stream: open one, and send its ticket";
  } catch (error) {
    return error instanceof errors.JWTExpired
      ? "The ticket has expired: ask for another, and dial at once"
      : "The ticket was not signed by this server: open a stream, and send its ticket";
  }
}
