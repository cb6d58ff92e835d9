import { connect, createServer, type Server, type Socket } from "node:net";
import { placeOf, type Route } from "./table.ts";

interface Listener {
  route: Route;
  server: Server;
}

/** How long a connection waits for a container, where one is to come and where it does not answer. */
const waitMs = { replaced: 30_000, refused: 3_000 };
const againMs = 50;
/** One whose other end vanished without a word is noticed, by the kernel: a holder lives for months. */
const asked = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 120_000 };

/** Listens on ports of the host and hands each connection to the container that its route names at that moment. */
export class Listeners {
  private listeners = new Map<string, Listener>();
  private readonly open = new Map<number, number>();

  get routes(): Route[] {
    return [...this.listeners.values()].map(({ route }) => route);
  }

  get connections(): Record<string, number> {
    return Object.fromEntries(this.open);
  }

  /** Either all of these are the routes from now on, or it throws and nothing has changed. */
  async set(routes: readonly Route[]): Promise<void> {
    const wanted = new Map(routes.map((route) => [placeOf(route), route]));
    const fresh: [string, Listener][] = [];
    try {
      for (const [place, route] of wanted) {
        if (!this.listeners.has(place)) fresh.push([place, { route, server: await this.listen(route) }]);
      }
    } catch (error) {
      for (const [, { server }] of fresh) server.close();
      throw error;
    }
    const before = this.listeners;
    this.listeners = new Map(fresh);
    for (const [place, { server }] of before) {
      const route = wanted.get(place);
      // Connections that are open go on.
      if (route) this.listeners.set(place, { route, server });
      else server.close();
    }
  }

  close(): void {
    for (const { server } of this.listeners.values()) server.close();
    this.listeners.clear();
  }

  private listen(route: Route): Promise<Server> {
    const place = placeOf(route);
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, ...asked }, (client) => {
      client.on("error", () => client.destroy());
      void this.handOver(client, place);
    });
    return new Promise((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(listenProblem(place, error))));
      server.listen({ port: route.port, ...(route.address && { host: route.address }) }, () =>
        resolve(server),
      );
    });
  }

  private async handOver(client: Socket, place: string): Promise<void> {
    const begunMs = Date.now();
    while (!client.destroyed) {
      const route = this.listeners.get(place)?.route;
      if (!route) break;
      const backend = route.to === null ? null : await this.dial(route.to);
      if (backend && route.to !== null) return this.join(client, backend, route.to);
      if (Date.now() - begunMs > (route.to === null ? waitMs.replaced : waitMs.refused)) break;
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
    client.destroy();
  }

  private dial(port: number): Promise<Socket | null> {
    return new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, ...asked });
      socket.once("connect", () => resolve(socket));
      socket.once("error", () => resolve(null));
    });
  }

  private join(client: Socket, backend: Socket, port: number): void {
    this.open.set(port, (this.open.get(port) ?? 0) + 1);
    backend.once("close", (broken) => {
      const left = (this.open.get(port) ?? 1) - 1;
      if (left > 0) this.open.set(port, left);
      else this.open.delete(port);
      if (broken) client.destroy();
      // What is still on its way to the client is worth the wait.
      else client.end(() => client.destroy());
    });
    backend.on("error", () => backend.destroy());
    client.once("close", () => backend.destroy());
    if (client.destroyed) {
      backend.destroy();
      return;
    }
    client.pipe(backend);
    backend.pipe(client);
  }
}

function listenProblem(place: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `the port ${place} of this host is taken; stop what listens there, or give the app another host port`;
    case "EACCES":
      return `this user may not listen on ${place}; give the agent CAP_NET_BIND_SERVICE, or the app a host port of 1024 or more`;
    case "EADDRNOTAVAIL":
      return `${place} is not an address of this host; name one that it has, or leave the address out`;
    default:
      return `${place} cannot be listened on: ${error.message}`;
  }
}
