import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Client, createClient, path, type Query } from "./client.ts";
import { Failure } from "./exit-codes.ts";
import { problemAnswer, type Routes, startServer, type TestServer } from "./testing/server.ts";

let server: TestServer;
afterEach(() => server?.close());

const never = new AbortController().signal;
const answer = z.object({ ok: z.boolean() });
const good = { body: { ok: true } };

async function clientFor(
  routes: Routes,
  bearer = async (_rejected?: string): Promise<string | null> => "token",
) {
  server = await startServer(routes);
  return createClient(server.url, { bearer }, { signal: never });
}

const get = (client: Client, path: string, query: Query = {}) =>
  client.request({ method: "GET", path, query }, answer);
const post = (client: Client, path: string, body: object) =>
  client.request({ method: "POST", path, body }, answer);

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (error instanceof Failure) return error;
  throw new Error(`expected a Failure, got ${String(error)}`);
}

describe("a request", () => {
  it("carries the token, and a key of its own on every write", async () => {
    const client = await clientFor({ "GET /a": () => good, "POST /a": () => good });
    await get(client, "/a", { q: "x y", none: undefined });
    await post(client, "/a", { name: "n" });
    await post(client, "/a", { name: "n" });
    const [read, first, second] = server.seen;
    expect(read?.headers.authorization).toBe("Bearer token");
    expect(read?.query).toEqual({ q: "x y" });
    expect(read?.headers["idempotency-key"]).toBeUndefined();
    expect(first?.body).toEqual({ name: "n" });
    expect(first?.headers["idempotency-key"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.headers["idempotency-key"]).not.toBe(first?.headers["idempotency-key"]);
  });

  it("repeats a write with the same key when the server says that it may", async () => {
    let calls = 0;
    const client = await clientFor({
      "POST /a": () =>
        ++calls === 1 ? problemAnswer("unavailable", "Busy.", { retryAfterSeconds: 0 }) : good,
    });
    expect(await post(client, "/a", {})).toEqual({ ok: true });
    const keys = server.seen.map((seen) => seen.headers["idempotency-key"]);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  it("gives up after three tries", async () => {
    const client = await clientFor({
      "GET /a": () => problemAnswer("unavailable", "Busy.", { retryAfterSeconds: 0 }),
    });
    expect((await failureOf(get(client, "/a"))).message).toBe("Busy.");
    expect(server.seen).toHaveLength(3);
  });

  it("does not repeat what was refused for good, nor wait for minutes", async () => {
    const client = await clientFor({
      "POST /refused": () => problemAnswer("validation_failed", "Bad."),
      "POST /limited": () => problemAnswer("rate_limited", "Slow down.", { retryAfterSeconds: 600 }),
    });
    await failureOf(post(client, "/refused", {}));
    await failureOf(post(client, "/limited", {}));
    expect(server.seen).toHaveLength(2);
  });

  it("repeats a read whose connection broke", async () => {
    let calls = 0;
    const client = await clientFor({
      "GET /a": () => {
        if (++calls === 1) server.http.closeAllConnections();
        return good;
      },
    });
    expect(await get(client, "/a")).toEqual({ ok: true });
    expect(calls).toBe(2);
  });

  it("asks once for a new token when the old one is refused", async () => {
    const client = await clientFor(
      {
        "GET /a": (seen) =>
          seen.headers.authorization === "Bearer new" ? good : problemAnswer("unauthenticated", "Expired."),
      },
      async (rejected) => (rejected === undefined ? "old" : "new"),
    );
    expect(await get(client, "/a")).toEqual({ ok: true });
    expect(server.seen).toHaveLength(2);
  });
});

describe("a refusal", () => {
  it.each([
    ["unauthenticated", "notSignedIn"],
    ["not_found", "notFound"],
    ["rollout_active", "conflict"],
    ["precondition_failed", "conflict"],
    ["forbidden", "forbidden"],
    ["rate_limited", "tryAgain"],
    ["quota_exceeded", "failed"],
    ["config_invalid", "failed"],
  ] as const)("%s ends with %s", async (code, exit) => {
    const errors = [{ path: "name", message: "is taken" }];
    const client = await clientFor({
      "POST /a": () => problemAnswer(code, "The cause. The fix.", { errors }),
    });
    const failure = await failureOf(post(client, "/a", {}));
    expect(failure).toMatchObject({
      exit,
      code,
      message: "The cause. The fix.",
      requestId: "req_test",
      errors,
    });
  });

  it("is named also when it is not one of Muster's", async () => {
    const client = await clientFor({ "GET /a": () => ({ status: 502, body: "<html>" }) });
    expect((await failureOf(get(client, "/a"))).message).toMatch(/answered 502.*Is this a Muster server/);
  });

  it("is made when the answer does not fit", async () => {
    const client = await clientFor({ "GET /a": () => ({ body: { ok: "yes" } }) });
    expect((await failureOf(get(client, "/a"))).message).toMatch(/does not fit this version.*ok/);
  });

  it("is made when a page answers in the API's place", async () => {
    const client = await clientFor({
      "GET /v1/me": () => ({ contentType: "text/html; charset=utf-8", body: "<html>" }),
    });
    expect((await failureOf(client.call("GET /v1/me"))).message).toMatch(/not JSON.*Is this a Muster server/);
  });

  it("is told with a code that this CLI does not know", async () => {
    const refused = problemAnswer("forbidden", "Cause. Fix.");
    const body = { ...(refused.body as object), code: "of_tomorrow" };
    const client = await clientFor({ "GET /a": () => ({ ...refused, body }) });
    expect(await failureOf(get(client, "/a"))).toMatchObject({ exit: "forbidden", message: "Cause. Fix." });
  });

  it("is made before a credential goes to another host", async () => {
    const client = await clientFor({});
    const failure = await failureOf(get(client, "/\\elsewhere.example/v1/me"));
    expect([failure.exit, server.seen.length]).toEqual(["usage", 0]);
  });

  it("says that the server cannot be reached", async () => {
    const client = await clientFor({});
    await server.close();
    const failure = await failureOf(get(client, "/a"));
    expect(failure.exit).toBe("unreachable");
    expect(failure.message).toMatch(/ECONNREFUSED.*--url/);
  });
});

it("escapes what goes into a path", () => {
  expect(path`/v1/fleets/${"a/../b?c"}/agents`).toBe("/v1/fleets/a%2F..%2Fb%3Fc/agents");
});
