/**
 * The floor that benches measure against: a bare object that accepts sockets, broadcasts bytes, and stores one row
 * for each message. It decides nothing, reads nothing back and answers nobody.
 */
import { DurableObject } from "cloudflare:workers";

interface Env {
  FLOOR: DurableObjectNamespace<Floor>;
}

export class Floor extends DurableObject {
  #stored = 0;
  #pushed: { wanted: number; resolve: () => void } | null = null;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS acks (uid TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID",
    );
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get("upgrade") === "websocket") {
      const { 0: client, 1: server } = new WebSocketPair();
      this.ctx.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }
    const frame = await request.arrayBuffer();
    const sockets = this.ctx.getWebSockets();
    this.#stored = 0;
    const stored = new Promise<void>((resolve) => {
      this.#pushed = { wanted: sockets.length, resolve };
    });
    for (const socket of sockets) socket.send(frame);
    await stored;
    await this.ctx.storage.sync();
    return new Response(null, { status: 204 });
  }

  override webSocketMessage(_socket: WebSocket, message: ArrayBuffer | string): void {
    if (typeof message === "string") return;
    // Bytes 3 to 18 of a frame are the agent's uid.
    const uid = [...new Uint8Array(message, 3, 16)].join(".");
    this.ctx.storage.sql.exec(
      "INSERT INTO acks (uid, body) VALUES (?, ?) ON CONFLICT (uid) DO UPDATE SET body = excluded.body",
      uid,
      message,
    );
    if (++this.#stored === this.#pushed?.wanted) this.#pushed.resolve();
  }
}

export default {
  fetch: (request: Request, env: Env) => env.FLOOR.getByName("floor").fetch(request),
} satisfies ExportedHandler<Env>;
