import { expect, it } from "vitest";
import { call, expectCall, world } from "../harness/world.ts";

it("signs up, signs in and finds what sign-up made", async () => {
  const w = await world("Ötzi & Sons");
  const signedIn = await expectCall<{ accessToken: string; organizations: { id: string; slug: string }[] }>(
    200,
    "POST",
    "/v1/auth/sign-in",
    { body: { email: w.email.toUpperCase(), password: w.password } },
  );
  expect(signedIn.organizations).toEqual([expect.objectContaining({ id: w.organization, role: "owner" })]);
  expect(signedIn.organizations[0]?.slug).toMatch(/^otzi-sons-[0-9a-z]{6}$/);

  const projects = await expectCall(200, "GET", `/v1/orgs/${w.organization}/projects`, {
    token: signedIn.accessToken,
  });
  expect(projects).toEqual({ items: [expect.objectContaining({ id: w.project })], nextCursor: null });
  const fleets = await expectCall<{ items: unknown[] }>(200, "GET", `/v1/projects/${w.project}/fleets`, {
    token: w.apiKey,
  });
  expect(fleets.items).toEqual([
    expect.objectContaining({ id: w.fleet, environmentId: w.environment, slug: "first-fleet" }),
  ]);
});

it("keeps a config's versions and says what is wrong with a text", async () => {
  const w = await world();
  const config = await expectCall<{ id: string; version: { number: number } }>(
    201,
    "POST",
    `/v1/projects/${w.project}/configs`,
    { token: w.token, body: { name: "greeting", kind: "file", content: "hello\n", message: "first" } },
  );
  expect(config.version).toMatchObject({ number: 1, sizeBytes: 6 });
  await expectCall(201, "POST", `/v1/configs/${config.id}/versions`, {
    token: w.token,
    body: { content: "hello 2\n", baseVersion: 1 },
  });
  const stale = await call("POST", `/v1/configs/${config.id}/versions`, {
    token: w.token,
    body: { content: "hello 3\n", baseVersion: 1 },
  });
  expect(stale.status).toBe(409);
  expect(stale.body).toMatchObject({
    code: "conflict",
    errors: [{ path: "baseVersion", message: "the latest version is 2" }],
  });
  const versions = await expectCall<{ items: { number: number }[] }>(
    200,
    "GET",
    `/v1/configs/${config.id}/versions`,
    { token: w.token },
  );
  expect(versions.items.map((one) => one.number)).toEqual([2, 1]);
  const verdict = await expectCall<{ valid: boolean; diagnostics: { line: number }[] }>(
    200,
    "POST",
    "/v1/configs/validate",
    { token: w.token, body: { kind: "file", content: "one\ntwo\nth\u0000ree\n" } },
  );
  expect(verdict.valid).toBe(false);
  expect(verdict.diagnostics.some((one) => one.line === 3)).toBe(true);
});
