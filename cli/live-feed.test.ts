import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import type { Client } from "./client.ts";
import { Failure } from "./exit-codes.ts";
import { follow } from "./live-feed.ts";
import { fakeId } from "./testing/bodies.ts";
import { fixtures } from "./testing/fixtures.ts";

interface Dial {
  after: string | null;
  authorization: string | undefined;
}

let http: Server;
let url: string;
let dials: Dial[];
let onDial: (socket: WebSocket, dial: Dial, nth: number) => void;
let refuse: (nth: number) => number | null;
let stop: AbortController;

beforeEach(async () => {
  dials = [];
  refuse = () => null;
  stop = new AbortController();
  http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    const dial = {
      after: new URL(request.url ?? "", "http://x").searchParams.get("after"),
      authorization: request.headers.authorization,
    };
    dials.push(dial);
    const status = refuse(dials.length);
    if (status !== null) {
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (open) => onDial(open, dial, dials.length));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(() => {
  stop.abort();
  http.closeAllConnections();
  http.close();
});

const client = (): Pick<Client, "url" | "token"> => ({
  url,
  token: async (renew) => (renew ? "renewed" : "token"),
});

const hello = (last: string | null, resumedFrom: string | null, truncated = false) =>
  JSON.stringify({ type: "hello", last, resumedFrom, truncated });
const event = (n: number) =>
  JSON.stringify({ type: "event", event: { ...fixtures.event, id: fakeId("evt", n) } });

/** Event ids until `count` have come. */
async function take(count: number, after: string | null, lost: string[] = []): Promise<string[]> {
  const ids: string[] = [];
  const options = {
    fleetId: fakeId("flt"),
    after,
    signal: stop.signal,
    onLost: (reason: string) => lost.push(reason),
  };
  for await (const message of follow(client(), options)) {
    if (message.type === "event") ids.push(message.event.id);
    if (ids.length === count) break;
  }
  return ids;
}

const ids = (...numbers: number[]) => numbers.map((n) => fakeId("evt", n));

describe("the live feed", () => {
  it("dials with the token and the place to go on from", async () => {
    onDial = (socket) => {
      socket.send(hello(fakeId("evt", 5), fakeId("evt", 4)));
      socket.send(event(5));
    };
    expect(await take(1, fakeId("evt", 4))).toEqual(ids(5));
    expect(dials).toEqual([{ after: fakeId("evt", 4), authorization: "Bearer token" }]);
  });

  it("redials when the connection is lost and goes on after the last event, none missed, none doubled", async () => {
    onDial = (socket, dial, nth) => {
      socket.send(hello(fakeId("evt", 9), dial.after));
      const numbers = nth === 1 ? [1, 2] : [2, 3, 4];
      for (const n of numbers) socket.send(event(n));
      if (nth === 1) socket.close(1012);
    };
    const lost: string[] = [];
    expect(await take(4, fakeId("evt", 0), lost)).toEqual(ids(1, 2, 3, 4));
    expect(dials.map((dial) => dial.after)).toEqual([fakeId("evt", 0), fakeId("evt", 2)]);
    expect(lost).toEqual(["the connection was closed (1012)"]);
  });

  it("takes the server's last event as its place when it asked for none, or the place is no longer held", async () => {
    onDial = (socket, _dial, nth) => {
      socket.send(hello(fakeId("evt", 7), null, nth > 1));
      if (nth === 1) socket.terminate();
      else socket.send(event(8));
    };
    expect(await take(1, null)).toEqual(ids(8));
    expect(dials.map((dial) => dial.after)).toEqual([null, fakeId("evt", 7)]);
  });

  it("passes over frames that it does not know", async () => {
    onDial = (socket) => {
      socket.send("pong");
      socket.send("not json");
      socket.send(JSON.stringify({ type: "from-the-future" }));
      socket.send(event(1));
    };
    expect(await take(1, null)).toEqual(ids(1));
  });

  it("fetches a new token when the old one is refused, once", async () => {
    refuse = (nth) => (nth === 1 ? 401 : null);
    onDial = (socket) => socket.send(event(1));
    expect(await take(1, null)).toEqual(ids(1));
    expect(dials.map((dial) => dial.authorization)).toEqual(["Bearer token", "Bearer renewed"]);
    refuse = () => 401;
    await expect(take(1, null)).rejects.toMatchObject({ exit: "notSignedIn" });
  });

  it("tries again when the server is overloaded", async () => {
    refuse = (nth) => (nth === 1 ? 503 : null);
    onDial = (socket) => socket.send(event(1));
    expect(await take(1, null)).toEqual(ids(1));
    expect(dials).toHaveLength(2);
  });

  it("gives up on what another try would not mend", async () => {
    refuse = () => 404;
    const error = await take(1, null).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ exit: "notFound" });
    expect(dials).toHaveLength(1);
  });

  it("leaves no connection behind when its reader has had enough", async () => {
    const closed = Promise.withResolvers<void>();
    onDial = (socket) => {
      for (const n of [1, 2, 3]) socket.send(event(n));
      socket.on("close", () => closed.resolve());
    };
    expect(await take(1, null)).toEqual(ids(1));
    await closed.promise;
  });

  it("does not dial when it is stopped while it fetches a token", async () => {
    const slow = {
      url,
      token: async () => {
        stop.abort();
        return "token";
      },
    };
    const feed = follow(slow, { fleetId: "f", after: null, signal: stop.signal, onLost: () => undefined });
    expect((await feed.next()).done).toBe(true);
  });

  it("ends when it is stopped", async () => {
    onDial = (socket) => {
      socket.send(event(1));
      socket.on("close", () => closed.resolve());
    };
    const closed = Promise.withResolvers<void>();
    const feed = follow(client(), {
      fleetId: "f",
      after: null,
      signal: stop.signal,
      onLost: () => undefined,
    });
    expect((await feed.next()).done).toBe(false);
    const next = feed.next();
    stop.abort();
    expect((await next).done).toBe(true);
    await closed.promise;
  });
});
