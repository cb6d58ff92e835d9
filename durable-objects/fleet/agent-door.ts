import type { AgentId } from "../../domain/ids.ts";
import {
  decodeAgentToServer,
  encodeServerBody,
  encodeServerFrame,
  FrameError,
  FrameTooLargeError,
} from "../../protocol/opamp/frame.ts";
import { limits, opampContentType } from "../../protocol/opamp/limits.ts";
import { type AgentToServer, ServerErrorResponseType } from "../../protocol/opamp/opamp_pb.js";
import { uidToHex } from "../../protocol/opamp/uid.ts";
import { type AgentPrincipal, agentPrincipalHeader } from "../../protocol/rpc/fleet.ts";
import { closeQuietly, sendQuietly } from "../shared/sockets.ts";
import type { FleetParts } from "./assembly.ts";
import { closedAnswer } from "./closing.ts";
import { credentialProblem } from "./identify.ts";
import { type Hearing, MessageRate, messageBurst, messagesPerSecond } from "./message-rate.ts";
import { refusal } from "./on-agent-message.ts";
import { agentTag } from "./sessions.ts";

const tooMany = `More than ${messagesPerSecond} messages a second: send less, and come back later`;
/** Asked of one that polls and does not wait. */
const throttledRetryMs = 5_000;
/** A flood of one agent is an event at most so often. */
const throttledEventMs = 10 * 60_000;

/** Where agents come in: sockets and polls, as the gateway hands them over. */
export class AgentDoor {
  readonly #ctx: DurableObjectState;
  readonly #parts: FleetParts;
  readonly #rate = new MessageRate();
  /** When the fleet's events last said so, by agent. */
  readonly #throttledMs = new Map<AgentId, number>();

  constructor(ctx: DurableObjectState, parts: FleetParts) {
    this.#ctx = ctx;
    this.#parts = parts;
  }

  async open(request: Request): Promise<Response> {
    const header = request.headers.get(agentPrincipalHeader);
    if (!header) return new Response("No agent principal", { status: 401 });
    // Written by the gateway, which verified the credential; no other caller can reach this object.
    const principal = JSON.parse(header) as AgentPrincipal;
    this.#parts.adopt(principal);
    const shut = closedAnswer(this.#parts.store.closed);
    if (shut) return shut;
    const problem = this.#problem(principal);
    if (problem) return new Response(problem, { status: 401 });
    return request.headers.get("upgrade") === "websocket"
      ? this.#upgrade(principal)
      : this.#poll(request, principal);
  }

  #upgrade(principal: AgentPrincipal): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [agentTag]);
    this.#parts.sessions.accept(server, principal);
    return new Response(null, { status: 101, webSocket: client });
  }

  async #poll(request: Request, principal: AgentPrincipal): Promise<Response> {
    let message: AgentToServer;
    try {
      message = decodeAgentToServer(new Uint8Array(await request.arrayBuffer()));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      return new Response(error.message, { status: error instanceof FrameTooLargeError ? 413 : 400 });
    }
    const hearing = this.#hear(null, message);
    if (hearing.kind !== "heard") {
      const retryAfterMs = hearing.kind === "told" ? hearing.retryAfterMs : throttledRetryMs;
      return new Response(tooMany, {
        status: 429,
        headers: { "retry-after": String(Math.ceil(retryAfterMs / 1000)) },
      });
    }
    const answer = await this.#parts.inbox.message(principal, null, message);
    return new Response(encodeServerBody(answer), { headers: { "content-type": opampContentType } });
  }

  async receive(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const principal = this.#parts.sessions.principal(socket);
    if (!principal) return;
    if (typeof data === "string") {
      closeQuietly(socket, 1003, "Agents speak OpAMP in binary messages");
      return;
    }
    let message: AgentToServer;
    try {
      message = decodeAgentToServer(new Uint8Array(data));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#refuse(socket, error);
      return;
    }
    const hearing = this.#hear(socket, message);
    if (hearing.kind === "heard") await this.#parts.inbox.message(principal, socket, message);
    else if (hearing.kind === "told") this.#tellToWait(socket, message, hearing.retryAfterMs);
  }

  #hear(socket: WebSocket | null, message: AgentToServer): Hearing {
    const nowMs = this.#parts.commits.nowMs();
    const uid = uidToHex(message.instanceUid);
    const hearing = this.#rate.hear(socket, uid, nowMs);
    if (hearing.kind === "told") this.#noteThrottled(uid, nowMs);
    return hearing;
  }

  /** A message that is dropped leaves a gap in the numbers: the full state is asked for once the agent is heard again. */
  #tellToWait(socket: WebSocket, { instanceUid }: AgentToServer, retryAfterMs: number): void {
    const errorResponse = {
      type: ServerErrorResponseType.ServerErrorResponseType_Unavailable,
      errorMessage: tooMany,
      Details: {
        case: "retryInfo" as const,
        value: { retryAfterNanoseconds: BigInt(Math.ceil(retryAfterMs)) * 1_000_000n },
      },
    };
    sendQuietly(socket, encodeServerFrame({ instanceUid, errorResponse }));
  }

  #noteThrottled(uid: string, nowMs: number): void {
    const agent = this.#parts.store.byUid(uid);
    if (!agent || nowMs - (this.#throttledMs.get(agent.id) ?? Number.NEGATIVE_INFINITY) < throttledEventMs)
      return;
    this.#throttledMs.set(agent.id, nowMs);
    this.#parts.commits.commit((tx) =>
      tx.event({
        type: "agent.throttled",
        agentId: agent.id,
        summary: `${agent.name} sends too much: its messages are not heard for some seconds`,
        data: { burst: messageBurst, perSecond: messagesPerSecond },
      }),
    );
  }

  #refuse(socket: WebSocket, error: FrameError): void {
    if (error instanceof FrameTooLargeError) {
      closeQuietly(socket, 1009, `At most ${limits.messageBytes} bytes in one message`);
      return;
    }
    sendQuietly(socket, encodeServerFrame(refusal(new Uint8Array(), error.message).message));
    closeQuietly(socket, 1007, error.message);
  }

  /** Why the credential counts no more, although its signature is good; null = it counts. */
  #problem(principal: AgentPrincipal): string | null {
    const { store } = this.#parts;
    if (principal.kind === "agent") {
      return credentialProblem(store.agents.get(principal.agentId), principal.generation);
    }
    return store.token(principal.tokenId).revokedAt === null
      ? null
      : "The enrolment token was revoked: ask for a new one";
  }
}
