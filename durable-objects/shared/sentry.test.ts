/** What leaves us when an object breaks: a report is sent to a server of our own, and read there. */
import type { DurableObject } from "cloudflare:workers";
import { instrumentDurableObjectWithSentry } from "@sentry/cloudflare";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ErrorReports, startErrorReports } from "../../test/harness/error-reports.ts";
import { until } from "../../test/harness/until.ts";
import { sentryOptions } from "./sentry.ts";

let reports: ErrorReports;

beforeAll(async () => {
  reports = await startErrorReports();
});
afterAll(() => reports.stop());

it("tells which code broke, and nothing of whom the object works for", async () => {
  const email = "ada.lovelace@example.com";
  const token = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3JfMSJ9.c2ln";
  class Broken {
    fetch(_request: Request): Promise<Response> {
      return Promise.reject(new TypeError(`boom for ${email}`));
    }
  }
  type Plain = new (state: DurableObjectState, env: unknown) => DurableObject & Broken;
  const Watched = instrumentDurableObjectWithSentry(
    () => sentryOptions(reports.dsn),
    Broken as unknown as Plain,
  );
  const state = { waitUntil: () => undefined, storage: {}, id: { toString: () => "id" } };
  const broken = new Watched(state as unknown as DurableObjectState, {});
  const request = new Request(`http://fleet/socket?token=${token}`, {
    headers: { authorization: `Bearer ${token}`, cookie: "session=cookie-value" },
  });
  await expect(broken.fetch(request)).rejects.toThrow("boom");
  await until("the report has arrived", () => reports.received.join("\n").includes("TypeError"));

  const all = reports.received.join("\n");
  for (const secret of [email, token, "cookie-value"]) expect(all).not.toContain(secret);
  expect(all).toContain("boom for [e-mail]");
});
