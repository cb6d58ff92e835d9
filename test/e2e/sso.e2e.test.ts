/** Signing in by the real runtime and a real OpenID provider: who gets in, as what, and who does not. */
import { Secret, TOTP } from "otpauth";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Me } from "../../protocol/api/auth.ts";
import type { SsoDomain } from "../../protocol/api/sso.ts";
import { CookieBrowser, locationOf } from "../harness/cookie-browser.ts";
import {
  ownerPassword as password,
  type SsoTenant,
  type SsoWorld,
  startSsoWorld,
} from "../harness/sso-world.ts";

let sso: SsoWorld;

beforeAll(async () => {
  sso = await startSsoWorld();
});

afterAll(() => sso?.stop());

afterEach(() => sso.behaveAgain());

const refused = async (t: SsoTenant, login: string, failure: string) => {
  const ended = await sso.signIn(t, login);
  expect(ended).toEqual({ location: `/sign-in?sso=${failure}`, session: null });
};

const audit = async (t: SsoTenant) =>
  (
    await sso.expected<{ items: { action: string; summary: string; actor: string }[] }>(
      t.token,
      "GET",
      `/v1/orgs/${t.org}/audit-events`,
    )
  ).items;

describe("a person of a verified domain", () => {
  it("joins just in time, and comes back as the same person", async () => {
    const t = await sso.tenant();
    const login = sso.account(t, "ada");
    const first = await sso.signIn(t, login);
    expect(first.location).toBe("/fleets");
    expect(first.session?.user).toMatchObject({
      email: `ada@${t.domain}`,
      name: "Ada Lovelace",
      hasPassword: false,
    });
    expect(first.session?.organizations).toMatchObject([{ id: t.org, role: "viewer", blocked: null }]);
    const second = await sso.signIn(t, login);
    expect(second.session?.user.id).toBe(first.session?.user.id);
    const actions = (await audit(t)).map(({ action }) => action);
    expect(actions.slice(0, 2)).toEqual(["sso.sign_in", "member.join"]);
    expect(actions).toContain("sso_domain.verify");
  });

  it("is linked to the account of the same address, which keeps what it was given by hand", async () => {
    const t = await sso.tenant();
    const ended = await sso.signIn(t, sso.account(t, "owner", { groups: ["nobody"] }));
    expect(ended.session?.organizations).toMatchObject([{ id: t.org, role: "owner" }]);
    expect(ended.session?.user.email).toBe(t.email);
  });
});

describe("groups", () => {
  it("give roles and teams, which change with them and end with them", async () => {
    const t = await sso.tenant({ defaultRole: null });
    const team = await sso.expected<{ id: string }>(t.token, "POST", `/v1/orgs/${t.org}/teams`, {
      name: "Payments",
    });
    await sso.expected(t.token, "PATCH", `/v1/orgs/${t.org}/sso-connections/${t.connection.id}`, {
      groupRoles: [
        { group: "ops", role: "operator" },
        { group: "leads", role: "admin", teamId: team.id },
        { group: "money", role: "billing" },
      ],
    });
    const login = sso.account(t, "ada", { groups: ["money", "ops"] });
    const teamOf = async () =>
      (
        await sso.expected<{ items: { email: string; fromSso: boolean }[] }>(
          t.token,
          "GET",
          `/v1/teams/${team.id}/members`,
        )
      ).items;

    const first = await sso.signIn(t, login);
    const [organization] = first.session?.organizations ?? [];
    expect(organization).toMatchObject({ role: "operator" });
    expect(organization?.access.flat().map(({ source }) => source)).toEqual([
      "role operator, by your membership",
      "role billing, by a binding of yours",
    ]);
    expect(await teamOf()).toEqual([]);

    sso.provider.accounts.set(login, { ...sso.provider.accounts.get(login), groups: ["leads"] });
    const second = await sso.signIn(t, login);
    expect(second.session?.organizations[0]).toMatchObject({ role: "admin" });
    expect(second.session?.organizations[0]?.access.flat()).toHaveLength(1);
    expect(await teamOf()).toMatchObject([{ email: `ada@${t.domain}`, fromSso: true }]);

    sso.provider.accounts.set(login, { ...sso.provider.accounts.get(login), groups: [] });
    await refused(t, login, "no_role");
    expect(await teamOf()).toEqual([]);
    const now = await sso.expected<Me>(second.session?.accessToken ?? "", "GET", "/v1/me");
    expect(now.organizations).toEqual([]);
    const told = (await audit(t)).slice(0, 2);
    expect(told.map(({ action }) => action)).toEqual(["sso.refuse", "member.remove"]);
    expect(told.every(({ actor }) => actor === t.connection.id)).toBe(true);
  });

  it("never take the last owner away", async () => {
    const t = await sso.tenant({ defaultRole: null, groupRoles: [{ group: "bosses", role: "owner" }] });
    const login = sso.account(t, "boss", { groups: ["bosses"] });
    const boss = await sso.signIn(t, login);
    const token = boss.session?.accessToken ?? "";
    await sso.expected(token, "DELETE", `/v1/orgs/${t.org}/members/${await userId(t.token)}`);
    sso.provider.accounts.set(login, { ...sso.provider.accounts.get(login), groups: [] });
    const again = await sso.signIn(t, login);
    expect(again.session?.organizations).toMatchObject([{ id: t.org, role: "owner" }]);
  });
});

async function userId(token: string): Promise<string> {
  const { actor } = await sso.expected<Me>(token, "GET", "/v1/me");
  return actor.kind === "user" ? actor.user.id : "";
}

describe("is refused", () => {
  it("without a verified e-mail address, or with one outside the verified domains", async () => {
    const t = await sso.tenant();
    await refused(t, sso.account(t, "loose", { email_verified: false }), "email_unverified");
    await refused(t, sso.account(t, "none", { email: undefined }), "domain_not_verified");
    await refused(t, sso.account(t, "eve", { email: "eve@elsewhere.example" }), "domain_not_verified");
    await refused(t, sso.account(t, "sub", { email: `eve@sub.${t.domain}` }), "domain_not_verified");
    const other = await sso.tenant();
    await refused(t, sso.account(t, "spy", { email: other.email }), "domain_not_verified");
    const told = (await audit(t)).filter(({ action }) => action === "sso.refuse");
    expect(told[0]?.summary).toContain(`refused ${other.email}`);
    expect(told).toHaveLength(5);
  });

  it("when the domain is claimed and not verified, or was given up", async () => {
    const t = await sso.tenant();
    const claim = await sso.expected<SsoDomain>(
      t.token,
      "POST",
      `/v1/orgs/${t.org}/sso-connections/${t.connection.id}/domains`,
      { domain: `second.${t.domain}` },
    );
    await refused(t, sso.account(t, "ada", { email: `ada@second.${t.domain}` }), "domain_not_verified");
    const path = `/v1/orgs/${t.org}/sso-domains/${claim.id}`;
    const missing = await sso.call(t.token, "POST", `${path}/verify`);
    expect([missing.status, missing.body.code]).toEqual([409, "conflict"]);
    expect(missing.body.detail).toContain("has no TXT record yet");
    sso.resolver.texts.set(claim.record.name, ["muster-verification=of-somebody-else"]);
    expect((await sso.call(t.token, "POST", `${path}/verify`)).body.detail).toContain(
      "none of which is ours",
    );
    sso.resolver.texts.set(claim.record.name, [claim.record.value]);
    await sso.expected(t.token, "POST", `${path}/verify`);
    expect(
      (await sso.signIn(t, sso.account(t, "ada", { email: `ada@second.${t.domain}` }))).session,
    ).not.toBeNull();
    await sso.expected(t.token, "DELETE", path);
    await refused(t, sso.account(t, "ada", { email: `ada@second.${t.domain}` }), "domain_not_verified");
  });

  it("when the address went to another subject at the provider", async () => {
    const t = await sso.tenant();
    await sso.signIn(t, sso.account(t, "ada"));
    await refused(t, sso.account(t, "ada2", { email: `ada@${t.domain}` }), "identity_changed");
  });

  it("by a connection that is off, whose sessions end", async () => {
    const t = await sso.tenant();
    const login = sso.account(t, "ada");
    const browser = new CookieBrowser();
    const callback = await sso.toCallback(browser, t.connection.id, login);
    const open = await sso.signIn(t, login);
    await sso.expected(t.token, "PATCH", `/v1/orgs/${t.org}/sso-connections/${t.connection.id}`, {
      enabled: false,
    });
    expect(await sso.finish(browser, callback)).toEqual({
      location: "/sign-in?sso=connection_disabled",
      session: null,
    });
    const begun = await browser.json(`${sso.runtime.url}/v1/auth/sso/start`, { connection: t.connection.id });
    expect(begun.status).toBe(404);
    expect((await sso.call(open.session?.accessToken ?? "", "GET", "/v1/me")).status).toBe(401);
    const found = await browser.json(`${sso.runtime.url}/v1/auth/sso/discover`, { email: `ada@${t.domain}` });
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
    const t = await sso.tenant();
    sso.provider.tamper = (claims) => ({ claims: { ...claims, ...change } });
    await refused(t, sso.account(t, "ada"), failure);
  });

  it("with the provider's own signature", async () => {
    const t = await sso.tenant();
    sso.provider.tamper = (claims) => ({ claims, forged: true });
    await refused(t, sso.account(t, "ada"), "answer_invalid");
  });

  it("with the iss of the provider, its state, its code, in the same browser, and once", async () => {
    const t = await sso.tenant();
    const login = sso.account(t, "ada");
    const changed = async (change: (query: URLSearchParams) => void) => {
      const browser = new CookieBrowser();
      const callback = new URL(await sso.toCallback(browser, t.connection.id, login));
      expect(callback.searchParams.get("iss")).toBe(sso.provider.issuer);
      change(callback.searchParams);
      return (await sso.finish(browser, callback.href)).location;
    };
    expect(await changed((query) => query.set("iss", "https://evil.example"))).toBe(
      "/sign-in?sso=answer_invalid",
    );
    expect(await changed((query) => query.delete("iss"))).toBe("/sign-in?sso=answer_invalid");
    expect(await changed((query) => query.set("state", "another"))).toBe("/sign-in?sso=state_invalid");
    expect(await changed((query) => query.delete("state"))).toBe("/sign-in?sso=state_invalid");
    expect(await changed((query) => query.set("code", "made-up"))).toBe("/sign-in?sso=answer_invalid");

    const browser = new CookieBrowser();
    const callback = await sso.toCallback(browser, t.connection.id, login);
    expect((await sso.finish(new CookieBrowser(), callback)).location).toBe("/sign-in?sso=state_invalid");
    expect((await sso.finish(browser, callback)).location).toBe("/fleets");
    expect((await sso.finish(browser, callback)).location).toBe("/sign-in?sso=state_invalid");
  });

  it("when the provider did not refuse", async () => {
    const t = await sso.tenant();
    const browser = new CookieBrowser();
    const begun = await browser.json(`${sso.runtime.url}/v1/auth/sso/start`, { connection: t.connection.id });
    const { url } = (await begun.json()) as { url: string };
    const form = locationOf(await browser.send(url));
    const back = locationOf(await browser.send(locationOf(await browser.send(`${form}/abort`))));
    expect(new URL(back).searchParams.get("error")).toBe("access_denied");
    expect(await sso.finish(browser, back)).toEqual({
      location: "/sign-in?sso=provider_refused",
      session: null,
    });
  });

  it("when the provider can be asked", async () => {
    const t = await sso.tenant();
    const browser = new CookieBrowser();
    const callback = await sso.toCallback(browser, t.connection.id, sso.account(t, "ada"));
    sso.provider.outage = 503;
    expect((await sso.finish(browser, callback)).location).toBe("/sign-in?sso=provider_unavailable");
    const begun = await browser.json(`${sso.runtime.url}/v1/auth/sso/start`, { connection: t.connection.id });
    expect([begun.status, ((await begun.json()) as { code: string }).code]).toEqual([503, "unavailable"]);
  });
});

describe("a person with a second factor of their own", () => {
  it("lets the provider open nothing else, before one of the factors was shown", async () => {
    const t = await sso.tenant();
    const other = await sso.expected<{ id: string }>(t.token, "POST", "/v1/orgs", { name: "Elsewhere" });
    const app = await sso.expected<{ secret: string }>(t.token, "POST", "/v1/me/totp");
    const code = (atMs: number) =>
      new TOTP({ secret: Secret.fromBase32(app.secret), digits: 6, period: 30 }).generate({
        timestamp: atMs,
      });
    await sso.expected(t.token, "POST", "/v1/me/totp/confirm", { code: code(Date.now()) });

    const { session } = await sso.signIn(t, sso.account(t, "owner"));
    const token = session?.accessToken ?? "";
    const blocked = async () =>
      (await sso.expected<Me>(token, "GET", "/v1/me")).organizations.map((one) => [one.id, one.blocked]);
    expect(await blocked()).toEqual([
      [t.org, null],
      [other.id, "two_factor_required"],
    ]);
    const refusedThere = await sso.call(token, "GET", `/v1/orgs/${other.id}/projects`);
    expect([refusedThere.status, refusedThere.body.code]).toEqual([403, "two_factor_required"]);
    const sensitive = await sso.call(token, "DELETE", "/v1/me/totp");
    expect([sensitive.status, sensitive.body.code]).toEqual([403, "reauthentication_required"]);

    // No code counts twice: the one of the next half minute.
    await sso.expected(token, "POST", "/v1/auth/confirm", { password, code: code(Date.now() + 30_000) });
    expect(await blocked()).toEqual([
      [t.org, null],
      [other.id, null],
    ]);
  });
});
