/** Single sign-on by the real runtime and a real OpenID provider, both on loopback. */
import { randomUUID } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Me, Session } from "../../protocol/api/auth.ts";
import type { SsoConnection, SsoDomain, SsoPolicy, SsoTest } from "../../protocol/api/sso.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { CookieBrowser, locationOf } from "../harness/cookie-browser.ts";
import { startResolver, type TestResolver } from "../harness/dns-resolver.ts";
import { startProvider, type TestProvider } from "../harness/oidc-provider.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";

const password = "correct horse battery staple";
let resolver: TestResolver;
let runtime: RunningRuntime;
let provider: TestProvider;

beforeAll(async () => {
  resolver = await startResolver();
  provider = await startProvider(() => [`${runtime.url}/v1/auth/sso/callback`]);
  runtime = await startRuntime({
    vars: {
      WEBHOOK_ALLOWED_HOSTS: provider.host,
      WEBHOOK_DNS_URL: resolver.url,
    },
  });
});

afterAll(async () => {
  await runtime?.stop();
  await provider?.close();
  resolver?.close();
});

afterEach(() => {
  provider.tamper = null;
  provider.outage = null;
});

interface Called<T> {
  status: number;
  body: T & { code?: string; detail?: string };
}

async function call<T>(token: string, method: string, path: string, body?: unknown): Promise<Called<T>> {
  const answer = await fetch(`${runtime.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

async function expected<T>(...[token, method, path, body]: Parameters<typeof call>): Promise<T> {
  const answer = await call<T>(token, method, path, body);
  if (answer.status > 299)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

interface Tenant {
  token: string;
  email: string;
  org: string;
  domain: string;
  connection: SsoConnection;
}

/** An organization with a verified domain of its own and a connection that is on. */
async function tenant(settings: object = { defaultRole: "viewer" }): Promise<Tenant> {
  const domain = `${randomUUID().slice(0, 8)}.example`;
  const email = `owner@${domain}`;
  const signedUp = await signUpByMail(runtime, { email, password, organizationName: "Acme" });
  const org = signedUp.created.organization;
  const token = signedUp.accessToken;
  const path = `/v1/orgs/${org}/sso-connections`;
  const made = await expected<SsoConnection>(token, "POST", path, {
    name: "Test provider",
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    scopes: ["openid", "email", "profile", "groups"],
    enabled: true,
    ...settings,
  });
  const claim = await expected<SsoDomain>(token, "POST", `${path}/${made.id}/domains`, { domain });
  resolver.texts.set(claim.record.name, ["v=spf1 -all", claim.record.value]);
  await expected(token, "POST", `/v1/orgs/${org}/sso-domains/${claim.id}/verify`);
  return { token, email, org, domain, connection: made };
}

/** Begins here and signs in there; answers where the provider sends the browser back to. */
async function toCallback(browser: CookieBrowser, connection: string, login: string): Promise<string> {
  const begun = await browser.json(`${runtime.url}/v1/auth/sso/start`, { connection, returnTo: "/fleets" });
  expect(begun.status).toBe(200);
  const { url } = (await begun.json()) as { url: string };
  const form = locationOf(await browser.send(url));
  const resume = locationOf(await browser.form(form, { prompt: "login", login, password: "any" }));
  return locationOf(await browser.send(resume));
}

interface Ended {
  location: string;
  session: Session | null;
}

/** The rest of a sign-in; the session, as the dashboard then gets it by its cookie. */
async function finish(browser: CookieBrowser, callback: string): Promise<Ended> {
  const answer = await browser.send(callback);
  expect(answer.status).toBe(302);
  const refreshed = await browser.json(`${runtime.url}/v1/auth/refresh`, {});
  return {
    location: locationOf(answer).slice(runtime.url.length),
    session: refreshed.ok ? ((await refreshed.json()) as Session) : null,
  };
}

async function signIn(t: Tenant, login: string): Promise<Ended> {
  const browser = new CookieBrowser();
  return finish(browser, await toCallback(browser, t.connection.id, login));
}

function account(t: Tenant, login: string, facts: object = {}): string {
  const name = `${login}-${t.domain}`;
  provider.accounts.set(name, {
    email: `${login}@${t.domain}`,
    email_verified: true,
    name: "Ada Lovelace",
    groups: [],
    ...facts,
  });
  return name;
}

const refused = async (t: Tenant, login: string, failure: string) => {
  const ended = await signIn(t, login);
  expect(ended).toEqual({ location: `/sign-in?sso=${failure}`, session: null });
};

const audit = async (t: Tenant) =>
  (
    await expected<{ items: { action: string; summary: string; actor: string }[] }>(
      t.token,
      "GET",
      `/v1/orgs/${t.org}/audit-events`,
    )
  ).items;

describe("a person of a verified domain", () => {
  it("joins just in time, and comes back as the same person", async () => {
    const t = await tenant();
    const login = account(t, "ada");
    const first = await signIn(t, login);
    expect(first.location).toBe("/fleets");
    expect(first.session?.user).toMatchObject({
      email: `ada@${t.domain}`,
      name: "Ada Lovelace",
      hasPassword: false,
    });
    expect(first.session?.organizations).toMatchObject([{ id: t.org, role: "viewer", blocked: null }]);
    const second = await signIn(t, login);
    expect(second.session?.user.id).toBe(first.session?.user.id);
    const actions = (await audit(t)).map(({ action }) => action);
    expect(actions.slice(0, 2)).toEqual(["sso.sign_in", "member.join"]);
    expect(actions).toContain("sso_domain.verify");
  });

  it("is linked to the account of the same address, which keeps what it was given by hand", async () => {
    const t = await tenant();
    const ended = await signIn(t, account(t, "owner", { groups: ["nobody"] }));
    expect(ended.session?.organizations).toMatchObject([{ id: t.org, role: "owner" }]);
    expect(ended.session?.user.email).toBe(t.email);
  });
});

describe("groups", () => {
  it("give roles and teams, which change with them and end with them", async () => {
    const t = await tenant({ defaultRole: null });
    const team = await expected<{ id: string }>(t.token, "POST", `/v1/orgs/${t.org}/teams`, {
      name: "Payments",
    });
    await expected(t.token, "PATCH", `/v1/orgs/${t.org}/sso-connections/${t.connection.id}`, {
      groupRoles: [
        { group: "ops", role: "operator" },
        { group: "leads", role: "admin", teamId: team.id },
        { group: "money", role: "billing" },
      ],
    });
    const login = account(t, "ada", { groups: ["money", "ops"] });
    const teamOf = async () =>
      (
        await expected<{ items: { email: string; fromSso: boolean }[] }>(
          t.token,
          "GET",
          `/v1/teams/${team.id}/members`,
        )
      ).items;

    const first = await signIn(t, login);
    const [organization] = first.session?.organizations ?? [];
    expect(organization).toMatchObject({ role: "operator" });
    expect(organization?.access.flat().map(({ source }) => source)).toEqual([
      "role operator, by your membership",
      "role billing, by a binding of yours",
    ]);
    expect(await teamOf()).toEqual([]);

    provider.accounts.set(login, { ...provider.accounts.get(login), groups: ["leads"] });
    const second = await signIn(t, login);
    expect(second.session?.organizations[0]).toMatchObject({ role: "admin" });
    expect(second.session?.organizations[0]?.access.flat()).toHaveLength(1);
    expect(await teamOf()).toMatchObject([{ email: `ada@${t.domain}`, fromSso: true }]);

    provider.accounts.set(login, { ...provider.accounts.get(login), groups: [] });
    await refused(t, login, "no_role");
    expect(await teamOf()).toEqual([]);
    const now = await expected<Me>(second.session?.accessToken ?? "", "GET", "/v1/me");
    expect(now.organizations).toEqual([]);
    const told = (await audit(t)).slice(0, 2);
    expect(told.map(({ action }) => action)).toEqual(["sso.refuse", "member.remove"]);
    expect(told.every(({ actor }) => actor === t.connection.id)).toBe(true);
  });

  it("never take the last owner away", async () => {
    const t = await tenant({ defaultRole: null, groupRoles: [{ group: "bosses", role: "owner" }] });
    const login = account(t, "boss", { groups: ["bosses"] });
    const boss = await signIn(t, login);
    const token = boss.session?.accessToken ?? "";
    await expected(token, "DELETE", `/v1/orgs/${t.org}/members/${await userId(t.token)}`);
    provider.accounts.set(login, { ...provider.accounts.get(login), groups: [] });
    const again = await signIn(t, login);
    expect(again.session?.organizations).toMatchObject([{ id: t.org, role: "owner" }]);
  });
});

async function userId(token: string): Promise<string> {
  const { actor } = await expected<Me>(token, "GET", "/v1/me");
  return actor.kind === "user" ? actor.user.id : "";
}

describe("is refused", () => {
  it("without a verified e-mail address, or with one outside the verified domains", async () => {
    const t = await tenant();
    await refused(t, account(t, "loose", { email_verified: false }), "email_unverified");
    await refused(t, account(t, "none", { email: undefined }), "domain_not_verified");
    await refused(t, account(t, "eve", { email: "eve@elsewhere.example" }), "domain_not_verified");
    await refused(t, account(t, "sub", { email: `eve@sub.${t.domain}` }), "domain_not_verified");
    const other = await tenant();
    await refused(t, account(t, "spy", { email: other.email }), "domain_not_verified");
    const told = (await audit(t)).filter(({ action }) => action === "sso.refuse");
    expect(told[0]?.summary).toContain(`refused ${other.email}`);
    expect(told).toHaveLength(5);
  });

  it("when the domain is claimed and not verified, or was given up", async () => {
    const t = await tenant();
    const claim = await expected<SsoDomain>(
      t.token,
      "POST",
      `/v1/orgs/${t.org}/sso-connections/${t.connection.id}/domains`,
      { domain: `second.${t.domain}` },
    );
    await refused(t, account(t, "ada", { email: `ada@second.${t.domain}` }), "domain_not_verified");
    const path = `/v1/orgs/${t.org}/sso-domains/${claim.id}`;
    const missing = await call(t.token, "POST", `${path}/verify`);
    expect([missing.status, missing.body.code]).toEqual([409, "conflict"]);
    expect(missing.body.detail).toContain("has no TXT record yet");
    resolver.texts.set(claim.record.name, ["muster-verification=of-somebody-else"]);
    expect((await call(t.token, "POST", `${path}/verify`)).body.detail).toContain("none of which is ours");
    resolver.texts.set(claim.record.name, [claim.record.value]);
    await expected(t.token, "POST", `${path}/verify`);
    expect((await signIn(t, account(t, "ada", { email: `ada@second.${t.domain}` }))).session).not.toBeNull();
    await expected(t.token, "DELETE", path);
    await refused(t, account(t, "ada", { email: `ada@second.${t.domain}` }), "domain_not_verified");
  });

  it("when the address went to another subject at the provider", async () => {
    const t = await tenant();
    await signIn(t, account(t, "ada"));
    await refused(t, account(t, "ada2", { email: `ada@${t.domain}` }), "identity_changed");
  });

  it("by a connection that is off, whose sessions end", async () => {
    const t = await tenant();
    const login = account(t, "ada");
    const browser = new CookieBrowser();
    const callback = await toCallback(browser, t.connection.id, login);
    const open = await signIn(t, login);
    await expected(t.token, "PATCH", `/v1/orgs/${t.org}/sso-connections/${t.connection.id}`, {
      enabled: false,
    });
    expect(await finish(browser, callback)).toEqual({
      location: "/sign-in?sso=connection_disabled",
      session: null,
    });
    const begun = await browser.json(`${runtime.url}/v1/auth/sso/start`, { connection: t.connection.id });
    expect(begun.status).toBe(404);
    expect((await call(open.session?.accessToken ?? "", "GET", "/v1/me")).status).toBe(401);
    const found = await browser.json(`${runtime.url}/v1/auth/sso/discover`, { email: `ada@${t.domain}` });
    expect(await found.json()).toEqual({ connection: null, required: false });
  });
});

describe("an answer counts only", () => {
  it.each<[string, Parameters<typeof Object>[0], string]>([
    ["with our nonce", { nonce: "another" }, "answer_invalid"],
    ["without a nonce", { nonce: undefined }, "answer_invalid"],
    ["for us", { aud: "another-client" }, "answer_invalid"],
    ["from its issuer", { iss: "https://evil.example" }, "answer_invalid"],
    ["before it expires", { exp: 1_000_000_000 }, "answer_invalid"],
  ])("%s", async (_, change, failure) => {
    const t = await tenant();
    provider.tamper = (claims) => ({ claims: { ...claims, ...change } });
    await refused(t, account(t, "ada"), failure);
  });

  it("with the provider's own signature", async () => {
    const t = await tenant();
    provider.tamper = (claims) => ({ claims, forged: true });
    await refused(t, account(t, "ada"), "answer_invalid");
  });

  it("with the iss of the provider, its state, its code, in the same browser, and once", async () => {
    const t = await tenant();
    const login = account(t, "ada");
    const changed = async (change: (query: URLSearchParams) => void) => {
      const browser = new CookieBrowser();
      const callback = new URL(await toCallback(browser, t.connection.id, login));
      expect(callback.searchParams.get("iss")).toBe(provider.issuer);
      change(callback.searchParams);
      return (await finish(browser, callback.href)).location;
    };
    expect(await changed((query) => query.set("iss", "https://evil.example"))).toBe(
      "/sign-in?sso=answer_invalid",
    );
    expect(await changed((query) => query.delete("iss"))).toBe("/sign-in?sso=answer_invalid");
    expect(await changed((query) => query.set("state", "another"))).toBe("/sign-in?sso=state_invalid");
    expect(await changed((query) => query.delete("state"))).toBe("/sign-in?sso=state_invalid");
    expect(await changed((query) => query.set("code", "made-up"))).toBe("/sign-in?sso=answer_invalid");

    const browser = new CookieBrowser();
    const callback = await toCallback(browser, t.connection.id, login);
    expect((await finish(new CookieBrowser(), callback)).location).toBe("/sign-in?sso=state_invalid");
    expect((await finish(browser, callback)).location).toBe("/fleets");
    expect((await finish(browser, callback)).location).toBe("/sign-in?sso=state_invalid");
  });

  it("when the provider did not refuse", async () => {
    const t = await tenant();
    const browser = new CookieBrowser();
    const begun = await browser.json(`${runtime.url}/v1/auth/sso/start`, { connection: t.connection.id });
    const { url } = (await begun.json()) as { url: string };
    const form = locationOf(await browser.send(url));
    const back = locationOf(await browser.send(locationOf(await browser.send(`${form}/abort`))));
    expect(new URL(back).searchParams.get("error")).toBe("access_denied");
    expect(await finish(browser, back)).toEqual({ location: "/sign-in?sso=provider_refused", session: null });
  });

  it("when the provider can be asked", async () => {
    const t = await tenant();
    const browser = new CookieBrowser();
    const callback = await toCallback(browser, t.connection.id, account(t, "ada"));
    provider.outage = 503;
    expect((await finish(browser, callback)).location).toBe("/sign-in?sso=provider_unavailable");
    const begun = await browser.json(`${runtime.url}/v1/auth/sso/start`, { connection: t.connection.id });
    expect([begun.status, ((await begun.json()) as { code: string }).code]).toEqual([503, "unavailable"]);
  });
});

describe("a person with a second factor of their own", () => {
  it("lets the provider open nothing else, before one of the factors was shown", async () => {
    const t = await tenant();
    const other = await expected<{ id: string }>(t.token, "POST", "/v1/orgs", { name: "Elsewhere" });
    const app = await expected<{ secret: string }>(t.token, "POST", "/v1/me/totp");
    const code = (atMs: number) =>
      new TOTP({ secret: Secret.fromBase32(app.secret), digits: 6, period: 30 }).generate({
        timestamp: atMs,
      });
    await expected(t.token, "POST", "/v1/me/totp/confirm", { code: code(Date.now()) });

    const { session } = await signIn(t, account(t, "owner"));
    const token = session?.accessToken ?? "";
    const blocked = async () =>
      (await expected<Me>(token, "GET", "/v1/me")).organizations.map((one) => [one.id, one.blocked]);
    expect(await blocked()).toEqual([
      [t.org, null],
      [other.id, "two_factor_required"],
    ]);
    const refusedThere = await call(token, "GET", `/v1/orgs/${other.id}/projects`);
    expect([refusedThere.status, refusedThere.body.code]).toEqual([403, "two_factor_required"]);
    const sensitive = await call(token, "DELETE", "/v1/me/totp");
    expect([sensitive.status, sensitive.body.code]).toEqual([403, "reauthentication_required"]);

    // No code counts twice: the one of the next half minute.
    await expected(token, "POST", "/v1/auth/confirm", { password, code: code(Date.now() + 30_000) });
    expect(await blocked()).toEqual([
      [t.org, null],
      [other.id, null],
    ]);
  });
});

describe("requiring single sign-on", () => {
  it("blocks other sign-ins, lets those by it in, and cannot lock its people out", async () => {
    const t = await tenant();
    const policy = `/v1/orgs/${t.org}/sso-policy`;
    const early = await call(t.token, "PATCH", policy, { requireSso: true });
    expect([early.status, early.body.detail]).toEqual([409, expect.stringContaining("lock you out")]);

    const bySso = (await signIn(t, account(t, "owner"))).session?.accessToken ?? "";
    expect(await expected<SsoPolicy>(bySso, "PATCH", policy, { requireSso: true })).toEqual({
      requireSso: true,
      obstacle: null,
    });
    const blocked = await call(t.token, "GET", `/v1/orgs/${t.org}/projects`);
    expect([blocked.status, blocked.body.code]).toEqual([403, "sso_required"]);
    expect((await expected<Me>(t.token, "GET", "/v1/me")).organizations[0]).toMatchObject({
      blocked: "sso_required",
    });
    await expected(bySso, "GET", `/v1/orgs/${t.org}/projects`);
    const found = await fetch(`${runtime.url}/v1/auth/sso/discover`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: t.email }),
    });
    expect(await found.json()).toEqual({
      connection: { id: t.connection.id, name: "Test provider", organizationName: "Acme" },
      required: true,
    });

    const connection = `/v1/orgs/${t.org}/sso-connections/${t.connection.id}`;
    const { domains } = await expected<SsoConnection>(bySso, "GET", connection);
    for (const [method, path, body] of [
      ["PATCH", connection, { enabled: false }],
      ["DELETE", connection, undefined],
      ["DELETE", `/v1/orgs/${t.org}/sso-domains/${domains[0]?.id}`, undefined],
    ] as const) {
      const kept = await call(bySso, method, path, body);
      expect([kept.status, kept.body.detail]).toEqual([
        409,
        expect.stringContaining("requires single sign-on"),
      ]);
    }
    await expected(bySso, "PATCH", policy, { requireSso: false });
    await expected(t.token, "GET", `/v1/orgs/${t.org}/projects`);
    await expected(bySso, "DELETE", connection);
  });
});

describe("the test of a connection", () => {
  const failing = async (t: Tenant) => {
    const path = `/v1/orgs/${t.org}/sso-connections/${t.connection.id}/test`;
    const { ok, checks } = await expected<SsoTest>(t.token, "POST", path);
    return ok ? null : checks.at(-1);
  };

  it("finds nothing wrong where nothing is", async () => {
    expect(await failing(await tenant())).toBeNull();
  });

  it("names what is wrong", async () => {
    const t = await tenant();
    const path = `/v1/orgs/${t.org}/sso-connections/${t.connection.id}`;
    const change = (body: object) => expected(t.token, "PATCH", path, body);
    await change({ clientSecret: "wrong" });
    expect(await failing(t)).toMatchObject({
      name: "client",
      detail: expect.stringContaining("client id and secret"),
    });
    await change({ clientSecret: provider.clientSecret, scopes: ["openid", "departments"] });
    expect(await failing(t)).toMatchObject({
      name: "features",
      detail: expect.stringContaining("departments"),
    });
    await change({ scopes: ["openid", "email"] });
    provider.outage = 500;
    expect(await failing(t)).toMatchObject({
      name: "discovery",
      detail: expect.stringContaining("could not be read"),
    });
  });
});

it("asks no provider inside a network", async () => {
  const t = await tenant();
  for (const issuer of [
    "http://127.0.0.1:1/",
    "https://127.0.0.1/",
    "https://metadata.internal",
    "https://10.0.0.1",
  ]) {
    const answer = await call(t.token, "POST", `/v1/orgs/${t.org}/sso-connections`, {
      name: "inside",
      issuer,
      clientId: "x",
    });
    expect([answer.status, answer.body.code], issuer).toEqual([400, "validation_failed"]);
  }
});
