/** What leaves us when something breaks: an event is sent to a server of our own, and read there. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { withSentry } from "@sentry/cloudflare";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { until } from "../../test/harness/until.ts";
import { sentryOptions } from "./sentry.ts";

const received: string[] = [];
let server: Server;
let dsn = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      received.push((request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString());
      response.end("{}");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  dsn = `http://public@127.0.0.1:${(server.address() as AddressInfo).port}/1`;
});
afterAll(() => server.close());

const secret = {
  email: "ada.lovelace@example.com",
  token: "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3JfMSJ9.c2ln",
  key: "mk_0123456789abcdefghijklmnopqrstuv",
  cookie: "cookie-value-of-a-session",
  query: "value-in-a-query",
  body: "value-in-a-body",
  address: "203.0.113.77",
};

it("tells which code broke in which request, and nothing of the person", async () => {
  // The integration listens to the console; the text itself is not the test's to print.
  const silenced = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const requestId = "req_01JD0000000000000000000000";
  const watched = withSentry(() => sentryOptions(dsn), {
    fetch(_request: Request, _env: unknown, _execution: unknown) {
      console.error(
        JSON.stringify({
          level: "error",
          message: `a request of ${secret.email} from ${secret.address} failed`,
          requestId,
          error: `Error: https://x.example/v1/me?secret=${secret.query} with Bearer ${secret.token} and ${secret.key}`,
        }),
      );
      throw new TypeError(`boom for ${secret.email}`);
    },
  });
  const request = new Request(`http://muster.test/v1/me?secret=${secret.query}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${secret.token}`,
      cookie: `muster_refresh=${secret.cookie}`,
      "cf-connecting-ip": secret.address,
      "content-type": "application/json",
    },
    body: JSON.stringify({ password: secret.body }),
  });
  const work: Promise<unknown>[] = [];
  const execution = {
    waitUntil: (one: Promise<unknown>) => work.push(one),
    passThroughOnException() {},
    props: {},
  };
  await expect(
    Promise.resolve().then(() => watched.fetch?.(request as never, {} as never, execution as never)),
  ).rejects.toThrow("boom");
  await Promise.all(work);
  await until(
    "both events have arrived",
    () => received.join("\n").includes("TypeError") && received.length > 1,
  );
  silenced.mockRestore();

  const all = received.join("\n");
  for (const [what, value] of Object.entries(secret)) expect(all, what).not.toContain(value);
  expect(all).not.toMatch(/"headers"|"cookies"|"query_string"|"data":\{|"breadcrumbs"/);
  expect(all).toContain(requestId);
  expect(all).toContain("[e-mail]");
  expect(all).toContain('"url":"/v1/me"');
  expect(all).toContain("boom for [e-mail]");
});
