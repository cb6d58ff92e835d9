import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FeedStatus, followFleet } from "./live.ts";

vi.mock("./session.ts", () => ({ accessToken: async () => "token" }));

/** Refused before it opens, as a browser shows every refusal of a socket. */
class RefusedSocket extends EventTarget {
  static dials = 0;
  readyState = 3;
  constructor() {
    super();
    RefusedSocket.dials++;
    queueMicrotask(() => this.dispatchEvent(new Event("close")));
  }
  close(): void {}
}

beforeEach(() => {
  vi.useFakeTimers();
  RefusedSocket.dials = 0;
  vi.stubGlobal("WebSocket", RefusedSocket);
  vi.stubGlobal("location", { href: "https://muster.test/" });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function follow(isGone: () => Promise<boolean>) {
  const statuses: FeedStatus[] = [];
  const feed = followFleet({
    fleetId: "flt_1",
    after: () => null,
    onMessage: () => undefined,
    onStatus: (status) => statuses.push(status),
    isGone,
  });
  return { feed, statuses };
}

test("a fleet that does not exist is dialled once, and said to be gone", async () => {
  const { statuses } = follow(async () => true);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(RefusedSocket.dials).toBe(1);
  expect(statuses.at(-1)).toBe("gone");
});

test.each<[string, () => Promise<boolean>]>([
  ["exists", async () => false],
  ["cannot be asked for", () => Promise.reject(new Error("offline"))],
])("a refused fleet that %s is dialled again, until it is closed", async (_, isGone) => {
  const { feed, statuses } = follow(isGone);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(RefusedSocket.dials).toBeGreaterThan(5);
  expect(statuses.at(-1)).toBe("offline");
  feed.close();
  const dials = RefusedSocket.dials;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(RefusedSocket.dials).toBe(dials);
});
