/** What an organization sets for single sign-on: that it is required, its connections, where they may lead. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Me } from "../../protocol/api/auth.ts";
import type { SsoConnection, SsoPolicy, SsoTest } from "../../protocol/api/sso.ts";
import { type SsoTenant, type SsoWorld, startSsoWorld } from "../harness/sso-world.ts";

let sso: SsoWorld;

beforeAll(async () => {
  sso = await startSsoWorld();
});

afterAll(() => sso?.stop());

afterEach(() => sso.behaveAgain());

describe("requiring single sign-on", () => {
  it("blocks other sign-ins, lets those by it in, and cannot lock its people out", async () => {
    const t = await sso.tenant();
    const policy = `/v1/orgs/${t.org}/sso-policy`;
    const early = await sso.call(t.token, "PATCH", policy, { requireSso: true });
    expect([early.status, early.body.detail]).toEqual([409, expect.stringContaining("lock you out")]);

    const bySso = (await sso.signIn(t, sso.account(t, "owner"))).session?.accessToken ?? "";
    expect(await sso.expected<SsoPolicy>(bySso, "PATCH", policy, { requireSso: true })).toEqual({
      requireSso: true,
      obstacle: null,
    });
    const blocked = await sso.call(t.token, "GET", `/v1/orgs/${t.org}/projects`);
    expect([blocked.status, blocked.body.code]).toEqual([403, "sso_required"]);
    expect((await sso.expected<Me>(t.token, "GET", "/v1/me")).organizations[0]).toMatchObject({
      blocked: "sso_required",
    });
    await sso.expected(bySso, "GET", `/v1/orgs/${t.org}/projects`);
    const found = await fetch(`${sso.runtime.url}/v1/auth/sso/discover`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: t.email }),
    });
    expect(await found.json()).toEqual({
      connection: { id: t.connection.id, name: "Test provider", organizationName: "Acme" },
      required: true,
    });

    const connection = `/v1/orgs/${t.org}/sso-connections/${t.connection.id}`;
    const { domains } = await sso.expected<SsoConnection>(bySso, "GET", connection);
    for (const [method, path, body] of [
      ["PATCH", connection, { enabled: false }],
      ["DELETE", connection, undefined],
      ["DELETE", `/v1/orgs/${t.org}/sso-domains/${domains[0]?.id}`, undefined],
    ] as const) {
      const kept = await sso.call(bySso, method, path, body);
      expect([kept.status, kept.body.detail]).toEqual([
        409,
        expect.stringContaining("requires single sign-on"),
      ]);
    }
    await sso.expected(bySso, "PATCH", policy, { requireSso: false });
    await sso.expected(t.token, "GET", `/v1/orgs/${t.org}/projects`);
    await sso.expected(bySso, "DELETE", connection);
  });
});

describe("the test of a connection", () => {
  const failing = async (t: SsoTenant) => {
    const path = `/v1/orgs/${t.org}/sso-connections/${t.connection.id}/test`;
    const { ok, checks } = await sso.expected<SsoTest>(t.token, "POST", path);
    return ok ? null : checks.at(-1);
  };

  it("finds nothing wrong where nothing is", async () => {
    expect(await failing(await sso.tenant())).toBeNull();
  });

  it("names what is wrong", async () => {
    const t = await sso.tenant();
    const path = `/v1/orgs/${t.org}/sso-connections/${t.connection.id}`;
    const change = (body: object) => sso.expected(t.token, "PATCH", path, body);
    await change({ clientSecret: "wrong" });
    expect(await failing(t)).toMatchObject({
      name: "client",
      detail: expect.stringContaining("client id and secret"),
    });
    await change({ clientSecret: sso.provider.clientSecret, scopes: ["openid", "departments"] });
    expect(await failing(t)).toMatchObject({
      name: "features",
      detail: expect.stringContaining("departments"),
    });
    await change({ scopes: ["openid", "email"] });
    sso.provider.outage = 500;
    expect(await failing(t)).toMatchObject({
      name: "discovery",
      detail: expect.stringContaining("could not be read"),
    });
  });
});

it("asks no provider inside a network", async () => {
  const t = await sso.tenant();
  for (const issuer of [
    "http://127.0.0.1:1/",
    "https://127.0.0.1/",
    "https://metadata.internal",
    "https://10.0.0.1",
  ]) {
    const answer = await sso.call(t.token, "POST", `/v1/orgs/${t.org}/sso-connections`, {
      name: "inside",
      issuer,
      clientId: "x",
    });
    expect([answer.status, answer.body.code], issuer).toEqual([400, "validation_failed"]);
  }
});
