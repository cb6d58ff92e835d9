/** The settings of single sign-on, and what a sign-in refuses before a provider is asked. The round trip is in test/e2e. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { SsoConnection, SsoDomain, SsoPolicy } from "../../protocol/api/sso.ts";
import { type OwnApp, ownApp } from "../harness/worker/own-app.ts";
import { member, type World, world } from "../harness/world.ts";

interface Refused {
  code: string;
  detail: string;
  errors: { path: string; message: string }[];
}

const issuer = "https://login.acme.test";
const dnsUrl = "https://resolver.test/dns-query";

/** An outside world with one provider, and names as their records say. */
function outside(changes: object = {}, addresses = ["93.184.215.14"], texts: Record<string, string[]> = {}) {
  const asked: string[] = [];
  const document = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    ...changes,
  };
  const fetch = async (url: string) => {
    if (!url.startsWith(dnsUrl)) {
      asked.push(url);
      return url.endsWith("/.well-known/openid-configuration")
        ? Response.json(document)
        : new Response(null, { status: 404 });
    }
    const query = new URL(url).searchParams;
    const found = { A: addresses, TXT: texts[query.get("name") ?? ""] ?? [] }[query.get("type") ?? ""] ?? [];
    const type = query.get("type") === "TXT" ? 16 : 1;
    return Response.json({ Status: 0, Answer: found.map((data) => ({ type, data })) });
  };
  return { asked, world: { fetch, dnsUrl, allowedHosts: [] } };
}

const path = (w: World) => `/v1/orgs/${w.organization}/sso-connections`;
const body = { name: "Acme", issuer, clientId: "muster", clientSecret: "never to be seen again" };

async function connect(app: OwnApp, w: World, changes: object = {}): Promise<SsoConnection> {
  const made = await app.call<SsoConnection & Refused>("POST", path(w), {
    token: w.token,
    body: { ...body, enabled: true, ...changes },
  });
  if (made.status !== 201) throw new Error(made.body.detail);
  return made.body;
}

const begin = (app: OwnApp, connection: string, more: object = {}) =>
  app.call<{ url: string } & Refused>("POST", "/v1/auth/sso/start", { body: { connection, ...more } });

/** As the provider would send the browser back. */
const comeBack = (app: OwnApp, url: string, cookie: string) =>
  app.call("GET", `/v1/auth/sso/callback?code=x&state=${new URL(url).searchParams.get("state")}`, {
    headers: { cookie },
  });

it("keeps the client secret to itself, in answers and in the audit log", async () => {
  const app = await ownApp();
  const w = await world();
  const made = await connect(app, w);
  expect(made).toMatchObject({
    clientSecretSet: true,
    redirectUri: "http://muster.test/v1/auth/sso/callback",
  });
  await app.call("PATCH", `${path(w)}/${made.id}`, {
    token: w.token,
    body: { clientSecret: "another secret" },
  });
  const audit = await app.call("GET", `/v1/orgs/${w.organization}/audit-events`, { token: w.token });
  const everything = JSON.stringify([made, audit.body]);
  expect(everything).toContain("sso_connection.update");
  expect(everything).not.toContain(body.clientSecret);
  expect(everything).not.toContain("another secret");
  const row = await (env as unknown as { DB: D1Database }).DB.prepare(
    "select sealed_client_secret as sealed from sso_connections where id = ?",
  )
    .bind(made.id)
    .first<{ sealed: string }>();
  expect(row?.sealed).not.toContain("another secret");
});

it("sends people to the provider with PKCE, state and nonce, and binds the browser by a cookie", async () => {
  const { world: one } = outside();
  const app = await ownApp(one);
  const { id } = await connect(app, await world());
  const begun = await begin(app, id, { email: "ada@acme.test" });
  expect(begun.status).toBe(200);
  const url = new URL(begun.body.url);
  expect(url.origin + url.pathname).toBe(`${issuer}/authorize`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: "muster",
    response_type: "code",
    redirect_uri: "http://muster.test/v1/auth/sso/callback",
    scope: "openid email profile",
    state: expect.any(String),
    nonce: expect.any(String),
    code_challenge: expect.any(String),
    code_challenge_method: "S256",
    login_hint: "ada@acme.test",
  });
  expect(begun.headers.get("set-cookie")).toMatch(
    /^muster_sso_[0-9a-f]{16}=\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
  );
});

it("takes nobody back after ten minutes", async () => {
  const { asked, world: one } = outside();
  const app = await ownApp(one);
  const { id } = await connect(app, await world());
  const begun = await begin(app, id);
  const [cookie = ""] = (begun.headers.get("set-cookie") ?? "").split(";");
  app.pass(601_000);
  const back = await comeBack(app, begun.body.url, cookie);
  expect([back.status, back.headers.get("location")]).toEqual([302, "/sign-in?sso=state_invalid"]);
  expect(back.headers.get("set-cookie")).toContain("Max-Age=0");
  expect(asked).toHaveLength(1);
});

it("sends nobody into a script or away from https", async () => {
  for (const page of ["javascript:alert(1)//", "http://login.acme.test/authorize", "data:text/html,x"]) {
    const app = await ownApp(outside({ authorization_endpoint: page }).world);
    const { id } = await connect(app, await world());
    const refused = await begin(app, id);
    expect([refused.status, refused.body.code], page).toEqual([503, "unavailable"]);
    expect(refused.headers.get("set-cookie")).toBeNull();
  }
});

it("asks no provider whose name lies inside a network, nor one that vouches for another issuer", async () => {
  const inside = outside({}, ["10.0.0.7"]);
  const app = await ownApp(inside.world);
  const w = await world();
  const { id } = await connect(app, w);
  expect((await begin(app, id)).body.detail).toContain("lies inside a network");
  expect(inside.asked).toEqual([]);

  const other = await ownApp(outside({ issuer: "https://evil.test" }).world);
  expect((await begin(other, id)).body.code).toBe("unavailable");
});

it("goes back to paths of its own alone", async () => {
  const app = await ownApp(outside().world);
  const { id } = await connect(app, await world());
  for (const returnTo of ["//evil.test", "/\\evil.test", "https://evil.test", "fleets", "/a b"]) {
    const refused = await begin(app, id, { returnTo });
    expect([refused.status, refused.body.errors?.[0]?.path], returnTo).toEqual([400, "returnTo"]);
  }
  expect((await begin(app, id, { returnTo: "/device?code=BCDF-GHJK" })).status).toBe(200);
});

it("lets one editor win, and keeps the issuer", async () => {
  const app = await ownApp();
  const w = await world();
  const made = await connect(app, w);
  const edit = (version: string, change: object) =>
    app.call<SsoConnection & Refused>("PATCH", `${path(w)}/${made.id}`, {
      token: w.token,
      body: change,
      headers: { "if-match": version },
    });
  const first = await edit('"1"', { name: "First" });
  expect([first.status, first.headers.get("etag")]).toEqual([200, '"2"']);
  const second = await edit('"1"', { name: "Second" });
  expect([second.status, second.body.code]).toEqual([409, "conflict"]);
  const moved = await edit('"2"', { issuer: "https://evil.test" });
  expect([moved.status, moved.body.errors[0]?.path]).toEqual([400, "issuer"]);
});

it("lets nobody map more than they have, or what is not there", async () => {
  const app = await ownApp();
  const w = await world();
  const admin = await member(w, "admin");
  const attempt = (token: string, change: object) =>
    app.call<Refused>("POST", path(w), { token, body: { ...body, ...change } });
  for (const [change, status, at] of [
    [{ defaultRole: "owner" }, 403, "defaultRole"],
    [
      {
        groupRoles: [
          { group: "a", role: "admin" },
          { group: "b", role: "owner" },
        ],
      },
      403,
      "groupRoles[1].role",
    ],
    [{ defaultRole: "rle_01JD0000000000000000000000" }, 400, "defaultRole"],
    [
      { defaultRole: "viewer", groupRoles: [{ group: "a", teamId: "tea_01JD0000000000000000000000" }] },
      400,
      "groupRoles[0].teamId",
    ],
    [{ groupRoles: [{ group: "a", teamId: "tea_01JD0000000000000000000000" }] }, 400, "groupRoles[0].role"],
    [{ groupRoles: [{ group: "a" }] }, 400, "groupRoles[0]"],
    [{ scopes: ["email"] }, 400, "scopes"],
    [{ issuer: `${issuer}/.well-known/openid-configuration` }, 400, "issuer"],
  ] as const) {
    const refused = await attempt(admin.token, change);
    expect([refused.status, refused.body.errors?.[0]?.path], JSON.stringify(change)).toEqual([status, at]);
  }
  expect((await attempt(w.token, { defaultRole: "owner" })).status).toBe(201);
});

it("lets nobody move a role that an owner mapped to another group, or to whom another claim names", async () => {
  const app = await ownApp();
  const w = await world();
  const admin = await member(w, "admin");
  const owners = { group: "owners", role: "owner" };
  const made = await app.call<SsoConnection>("POST", path(w), {
    token: w.token,
    body: { ...body, groupRoles: [owners] },
  });
  const edit = (change: object) =>
    app.call<Refused>("PATCH", `${path(w)}/${made.body.id}`, { token: admin.token, body: change });
  for (const [change, at] of [
    [{ groupRoles: [owners, { group: "friends", role: "owner" }] }, "groupRoles[1].role"],
    [{ defaultRole: "owner" }, "defaultRole"],
    [{ groupsClaim: "nickname" }, "groupRoles[0].role"],
  ] as const) {
    const refused = await edit(change);
    expect([refused.status, refused.body.errors?.[0]?.path], JSON.stringify(change)).toEqual([403, at]);
  }
  const kept = await edit({ groupRoles: [owners, { group: "staff", role: "viewer" }] });
  expect(kept.status).toBe(200);
});

it("asks again who the person is before who may sign in changes", async () => {
  const app = await ownApp();
  const w = await world();
  const signedIn = await app.call<{ accessToken: string }>("POST", "/v1/auth/sign-in", {
    body: { email: w.email, password: w.password },
  });
  const token = signedIn.body.accessToken;
  const { DB } = env as unknown as { DB: D1Database };
  await DB.prepare("update sessions set authenticated_at = 1").run();
  const stale = await app.call<Refused>("POST", path(w), { token, body });
  expect([stale.status, stale.body.code]).toEqual([403, "reauthentication_required"]);
  expect((await app.call("GET", path(w), { token })).status).toBe(200);
});

it("gives a domain to the first who proves it, and to one alone", async () => {
  const texts: Record<string, string[]> = {};
  const app = await ownApp(outside({}, [], texts).world);
  const [mine, theirs] = [await world(), await world()];
  const claim = async (w: World, domain: string) => {
    const { id } = await connect(app, w);
    return app.call<SsoDomain & Refused>("POST", `${path(w)}/${id}/domains`, {
      token: w.token,
      body: { domain },
    });
  };
  const [first, second] = [await claim(mine, "Acme.Example"), await claim(theirs, "acme.example")];
  expect(first.body.domain).toBe("acme.example");
  expect(first.body.record.value).not.toBe(second.body.record.value);
  expect((await claim(mine, "acme.example")).body.code).toBe("already_exists");
  for (const domain of ["localhost", "acme", "*.acme.example", "acme.example/x", "münchen.example"]) {
    expect((await claim(mine, domain)).body.errors?.[0]?.path, domain).toBe("domain");
  }
  // A long record comes in parts.
  const { value } = first.body.record;
  texts["_muster.acme.example"] = [
    `"${value.slice(0, 20)}" "${value.slice(20)}"`,
    `"${second.body.record.value}"`,
  ];
  const verify = (w: World, { id }: SsoDomain) =>
    app.call<SsoDomain & Refused>("POST", `/v1/orgs/${w.organization}/sso-domains/${id}/verify`, {
      token: w.token,
    });
  expect((await verify(mine, first.body)).body.verifiedAt).toEqual(expect.any(String));
  const late = await verify(theirs, second.body);
  expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining("another organization")]);

  const discover = (email: string) => app.call("POST", "/v1/auth/sso/discover", { body: { email } });
  const [known, unknown] = [await discover(mine.email), await discover("nobody@acme.example")];
  expect(known.body).toEqual({ connection: null, required: false });
  expect(unknown.body).toMatchObject({ connection: { name: "Acme", organizationName: "Acme" } });
});

it("shuts nobody out who sets it up, and lets owners with a second factor in all the same", async () => {
  const app = await ownApp();
  const w = await world();
  const admin = await member(w, "admin");
  const { DB } = env as unknown as { DB: D1Database };
  const policy = `/v1/orgs/${w.organization}/sso-policy`;
  const require = (token: string) =>
    app.call<SsoPolicy & Refused>("PATCH", policy, { token, body: { requireSso: true } });
  expect((await require(w.token)).body.detail).toContain("No connection is switched on");

  const { id } = await connect(app, w);
  const claim = await app.call<SsoDomain>("POST", `${path(w)}/${id}/domains`, {
    token: w.token,
    body: { domain: `d${crypto.randomUUID()}.example` },
  });
  await DB.prepare("update sso_domains set verified_at = 1 where id = ?").bind(claim.body.id).run();
  expect((await require(w.token)).body.detail).toContain("lock you out");

  // As if both had shown a second factor: it opens for owners alone.
  await DB.prepare("update sessions set second_factor = 1").run();
  expect((await require(admin.token)).body.detail).toContain("lock you out");
  expect((await require(w.token)).body).toEqual({ requireSso: true, obstacle: null });
  expect((await app.call("GET", path(w), { token: w.token })).status).toBe(200);
  const blocked = await app.call<Refused>("GET", path(w), { token: admin.token });
  expect([blocked.status, blocked.body.code]).toEqual([403, "sso_required"]);
  expect((await app.call("GET", path(w), { token: w.apiKey })).status).toBe(200);
});
