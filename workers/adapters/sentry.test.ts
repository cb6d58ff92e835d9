/** What leaves us when something breaks: an event is sent to a server of our own, and read there. */
import { withSentry } from "@sentry/cloudflare";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type ErrorReports, startErrorReports } from "../../test/harness/error-reports.ts";
import { until } from "../../test/harness/until.ts";
import { sentryOptions } from "./sentry.ts";

let reports: ErrorReports;

beforeAll(async () => {
  reports = await startErrorReports();
});
afterAll(() => reports.stop());

const secret = {
  email: "ada.lovelace@example.com",
  token: "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3JfMSJ9.c2ln",
  key: "mk_0123456789abcdefghijklmnopqrstuv",
  cookie: "cookie-value-of-a-session",
  query: "value-in-a-query",
  body: "value-in-a-body",
  address: "203.0.113.77",
  address6: "2001:db8:85a3::8a2e:370:7334",
};

it("tells which code broke in which request, and nothing of the person", async () => {
  // The integration listens to the console; the text itself is not the test's to print.
  const silenced = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const requestId = "req_01JD0000000000000000000000";
  const watched = withSentry(() => sentryOptions(reports.dsn), {
    fetch(_request: Request, _env: unknown, _execution: unknown) {
      console.error(
        JSON.stringify({
          level: "error",
          message: `a request of ${secret.email} from ${secret.address} or ${secret.address6} failed`,
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
    () => reports.received.join("\n").includes("TypeError") && reports.received.length > 1,
  );
  silenced.mockRestore();

  const all = reports.received.join("\n");
  for (const [what, value] of Object.entries(secret)) expect(all, what).not.toContain(value);
  expect(all).not.toMatch(/"headers"|"cookies"|"query_string"|"data":\{|"breadcrumbs"/);
  expect(all).toContain(requestId);
  expect(all).toContain("[e-mail]");
  expect(all).toContain('"url":"/v1/me"');
  expect(all).toContain("boom for [e-mail]");
});
