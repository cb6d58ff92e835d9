import {
  decodeAgentToServer,
  encodeServerBody,
  encodeServerFrame,
  FrameError,
  FrameTooLargeError,
} from "../../protocol/opamp/frame.ts";
import { limits, opampContentType } from "../../protocol/opamp/limits.ts";
import type { AgentToServer } from "../../protocol/opamp/opamp_pb.js";
import { type AgentPrincipal, agentPrincipalHeader } from "../../protocol/rpc/fleet.ts";
import { closeQuietly, sendQuietly } from "../shared/sockets.ts";
import type { FleetParts } from "./assembly.ts";
import { credentialProblem } from "./identify.ts";
import { refusal } from "./on-agent-message.ts";
import { agentTag } from "./sessions.ts";

/** Where agents come in: sockets and polls, as the gateway hands them over. */
export class AgentDoor {
  readonly #ctx: DurableObjectState;
  readonly #parts: FleetParts;

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
    await this.#parts.inbox.message(principal, socket, message);
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
