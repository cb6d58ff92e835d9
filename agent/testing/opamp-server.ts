import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type WebSocket, WebSocketServer } from "ws";
import { configMapTo } from "../../protocol/opamp/config-map.ts";
import { decodeAgentToServer, encodeServerFrame } from "../../protocol/opamp/frame.ts";
import {
  type AgentToServer,
  RemoteConfigStatuses,
  type ServerToAgentSchema,
} from "../../protocol/opamp/opamp_pb.js";
import { hexToBytes, uidToHex } from "../../protocol/opamp/uid.ts";

type ServerMessage = Omit<
  Exclude<MessageInitShape<typeof ServerToAgentSchema>, { $typeName: string }>,
  "$typeName"
>;

/** Answers an upgrade with an HTTP status instead of a socket. */
export interface Refusal {
  status: number;
  headers?: Record<string, string>;
}

/** A server of one agent, in plain Node: it keeps what came and sends what a test says. */
export class OpampServer {
  readonly messages: AgentToServer[] = [];
  readonly dials: { authorization: string | undefined; extensions: string | undefined }[] = [];
  /** Every RemoteConfigStatus that came, as `STATUS hash error`. */
  readonly statuses: { status: string; hash: string; error: string }[] = [];
  /** Asked at every dial. */
  refuse: (authorization: string | undefined) => Refusal | null = () => null;
  answersPings = true;
  /** Each message gets an answer, as from the fleet; otherwise only what a test sends. */
  replies = false;
  pings = 0;
  endpoint = "";
  private readonly http = createServer();
  private readonly sockets = new WebSocketServer({ noServer: true });
  private socket: WebSocket | null = null;

  static async start(): Promise<OpampServer> {
    const server = new OpampServer();
    server.http.on("upgrade", (request, stream, head) => {
      const refusal = server.admit(request);
      if (refusal) {
        const headers = Object.entries(refusal.headers ?? {}).map(([key, value]) => `${key}: ${value}\r\n`);
        stream.end(`HTTP/1.1 ${refusal.status} Refused\r\n${headers.join("")}Content-Length: 0\r\n\r\n`);
        return;
      }
      server.sockets.handleUpgrade(request, stream, head, (socket) => server.accept(socket));
    });
    await new Promise<void>((resolve) => server.http.listen(0, "127.0.0.1", resolve));
    const { port } = server.http.address() as AddressInfo;
    server.endpoint = `ws://127.0.0.1:${port}/v1/opamp`;
    return server;
  }

  get connected(): boolean {
    return this.socket !== null;
  }

  get uid(): string {
    const last = this.messages.at(-1);
    if (!last) throw new Error("no message came yet");
    return uidToHex(last.instanceUid);
  }

  send(message: ServerMessage, uid = this.uid): void {
    if (!this.socket) throw new Error("no agent is connected");
    this.socket.send(encodeServerFrame({ ...message, instanceUid: hexToBytes(uid) }));
  }

  offer(hash: string, files: Record<string, string>): void {
    const list = Object.entries(files).map(([name, content]) => ({
      name,
      content,
      contentType: "text/plain",
    }));
    this.send({ remoteConfig: { configHash: hexToBytes(hash), config: configMapTo(list) } });
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket?.send(bytes);
  }

  closeSocket(code: number, reason: string): void {
    this.socket?.close(code, reason);
  }

  /** Cuts the connection without a goodbye. */
  cut(): void {
    this.socket?.terminate();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private admit(request: IncomingMessage): Refusal | null {
    const { authorization } = request.headers;
    this.dials.push({ authorization, extensions: request.headers["sec-websocket-extensions"] });
    return this.refuse(authorization);
  }

  private accept(socket: WebSocket): void {
    this.socket = socket;
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) {
        this.keep(decodeAgentToServer(data));
        if (this.replies) this.send({});
      } else if (data.toString() === "ping") {
        this.pings++;
        if (this.answersPings) socket.send("pong");
      }
    });
    socket.on("close", () => {
      if (this.socket === socket) this.socket = null;
    });
  }

  private keep(message: AgentToServer): void {
    this.messages.push(message);
    const report = message.remoteConfigStatus;
    if (!report) return;
    this.statuses.push({
      status: (RemoteConfigStatuses[report.status] ?? "").replace("RemoteConfigStatuses_", ""),
      hash: uidToHex(report.lastRemoteConfigHash),
      error: report.errorMessage,
    });
  }
}
