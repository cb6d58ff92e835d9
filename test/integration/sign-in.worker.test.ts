import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { expect, it } from "vitest";
import { createApp } from "../../workers/app.ts";
import type { Env } from "../../workers/env.ts";
import { createPlatform } from "../../workers/platform.ts";
import { call, expectCall, prepareStore, world } from "../harness/world.ts";

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as Env & { DB: D1Database };
const password = "correct horse battery";
const newEmail = () => `p-${crypto.randomUUID()}@example.com`;
const cookieOf = (headers: Headers) => headers.get("set-cookie")?.match(/^muster_refresh=([^;]*)/)?.[1] ?? "";
const refresh = (cookie: string) =>
  call("POST", "/v1/auth/refresh", { headers: { cookie: `muster_refresh=${cookie}` } });

async function rows(table: string): Promise<number> {
  const row = await testEnv.DB.prepare(`select count(*) as n from ${table}`).first<{ n: number }>();
  return row?.n ?? -1;
}

/** The real app with a clock that the test moves. */
async function appAt(startMs: number, given: Env = testEnv) {
  let nowMs = startMs;
  await prepareStore();
  const clock = { now: () => nowMs };
  const { platform } = createPlatform(given, clock);
  const app = createApp({ platform });
  const post = async (path: string, headers: Record<string, string> = {}, body?: unknown) => {
    const answer = await app(
      new Request(`http://muster.test${path}`, {
        method: "POST",
        headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
      { waitUntil: () => undefined },
    );
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as { code: string },
    };
  };
  const moveMs = (ms: number) => {
    nowMs += ms;
  };
  return { post, moveMs };
}

it("signs up in one write, or writes nothing at all", async () => {
  const email = newEmail();
  const body = { email, password, organizationName: "Acme" };
  await expectCall(201, "POST", "/v1/auth/sign-up", { body });
  const tables = ["users", "organizations", "memberships", "projects", "environments", "fleets", "sessions"];
  const before = await Promise.all(tables.map(rows));
  const again = await call("POST", "/v1/auth/sign-up", { body: { ...body, email: email.toUpperCase() } });
  expect(again.status).toBe(409);
  expect(again.body).toMatchObject({ code: "already_exists", errors: [{ path: "email" }] });
  expect(await Promise.all(tables.map(rows))).toEqual(before);
});

it("answers an unknown e-mail and a wrong password alike", async () => {
  const w = await world();
  const wrong = await call("POST", "/v1/auth/sign-in", { body: { email: w.email, password: "not it" } });
  const unknown = await call("POST", "/v1/auth/sign-in", { body: { email: newEmail(), password: "not it" } });
  expect(wrong.status).toBe(401);
  expect({ ...unknown.body, requestId: "" }).toEqual({ ...wrong.body, requestId: "" });
  expect(wrong.body).toMatchObject({ code: "invalid_credentials" });
});

it("limits wrong guesses at one account, and says for how long", async () => {
  const w = await world();
  const guess = (given: string) =>
    call("POST", "/v1/auth/sign-in", { body: { email: w.email, password: given } });
  for (let i = 0; i < 10; i++) expect((await guess("wrong")).status).toBe(401);
  const limited = await guess(w.password);
  expect(limited.status).toBe(429);
  expect(limited.body).toMatchObject({ code: "rate_limited", retryable: true });
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
});

it("limits the sign-ups of one address, of no other, and for a quarter of an hour", async () => {
  const nowMs = Date.now();
  const { post, moveMs } = await appAt(nowMs);
  // Refused, so nothing is hashed; but counted in the same memory.
  const closed = await appAt(nowMs, { ...testEnv, ALLOW_SIGN_UP: "false" } as Env);
  const from = { "cf-connecting-ip": "192.0.2.7" };
  const body = () => ({ email: newEmail(), password, organizationName: "Acme" });
  expect((await post("/v1/auth/sign-up", from, body())).status).toBe(201);
  for (let i = 1; i < 50; i++) {
    expect((await closed.post("/v1/auth/sign-up", from, body())).status).toBe(403);
  }
  const limited = await post("/v1/auth/sign-up", from, body());
  expect([limited.status, limited.body.code]).toEqual([429, "rate_limited"]);
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  const elsewhere = { "cf-connecting-ip": "192.0.2.8" };
  expect((await post("/v1/auth/sign-up", elsewhere, body())).status).toBe(201);
  moveMs(15 * 60_000);
  expect((await post("/v1/auth/sign-up", from, body())).status).toBe(201);
});

it("keeps the refresh token out of scripts' reach, and gives it only on request", async () => {
  const email = newEmail();
  const body = { email, password, organizationName: "Acme" };
  const signedUp = await call<{ accessToken: string; refreshToken?: string }>("POST", "/v1/auth/sign-up", {
    body,
  });
  const cookie = signedUp.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/; Path=\/v1\/auth; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  expect(signedUp.body.refreshToken).toBeUndefined();
  const claims = decodeJwt(signedUp.body.accessToken);
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);

  const program = await call<{ refreshToken: string }>("POST", "/v1/auth/sign-in?tokens=body", {
    body: { email, password },
  });
  expect(program.headers.get("set-cookie")).toBeNull();
  const next = await call<{ refreshToken: string }>("POST", "/v1/auth/refresh", {
    body: { refreshToken: program.body.refreshToken },
  });
  expect(next.status).toBe(200);
  expect(next.body.refreshToken).not.toBe(program.body.refreshToken);
});

it("says Secure where it is reached by https", async () => {
  const { platform } = createPlatform(testEnv);
  const app = createApp({ platform, publicUrl: "https://muster.example" });
  await prepareStore();
  const answer = await app(
    new Request("http://inside/v1/auth/sign-up", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: newEmail(), password, organizationName: "Acme" }),
    }),
    { waitUntil: () => undefined },
  );
  expect(answer.headers.get("set-cookie")).toContain("; Secure");
  expect(answer.headers.get("strict-transport-security")).toContain("max-age");
});

it("ends the family when an old refresh token is shown again", async () => {
  const { post, moveMs } = await appAt(Date.now());
  const body = { email: newEmail(), password, organizationName: "Acme" };
  const first = cookieOf((await post("/v1/auth/sign-up", {}, body)).headers);
  const as = (cookie: string) => post("/v1/auth/refresh", { cookie: `muster_refresh=${cookie}` });
  const second = cookieOf((await as(first)).headers);
  expect(second).not.toBe(first);
  // The answer to a rotation may get lost: asked again soon, it is the same.
  const lost = await as(first);
  expect([lost.status, cookieOf(lost.headers)]).toEqual([200, second]);

  moveMs(11_000);
  const stolen = await as(first);
  expect(stolen.status).toBe(401);
  expect(stolen.body.code).toBe("session_revoked");
  expect((await as(second)).status).toBe(401);
});

it("rotates for one of two that refresh at once, and both go on", async () => {
  const body = { email: newEmail(), password, organizationName: "Acme" };
  const first = cookieOf((await call("POST", "/v1/auth/sign-up", { body })).headers);
  const both = await Promise.all([refresh(first), refresh(first)]);
  expect(both.map((one) => one.status)).toEqual([200, 200]);
  expect(cookieOf(both[0].headers)).toBe(cookieOf(both[1].headers));
  expect((await refresh(cookieOf(both[0].headers))).status).toBe(200);
});

it("refuses refresh tokens that it did not make, and those of ended sessions", async () => {
  const body = { email: newEmail(), password, organizationName: "Acme" };
  const token = cookieOf((await call("POST", "/v1/auth/sign-up", { body })).headers);
  const [kind, session, , signature] = token.split(".");
  for (const forged of ["x", `${kind}.${session}.2.${signature}`, `${token}x`, `${token}.x`]) {
    expect((await refresh(forged)).body, forged).toMatchObject({ code: "session_revoked" });
  }
  expect((await call("POST", "/v1/auth/refresh")).body).toMatchObject({ code: "unauthenticated" });
  const out = await call("POST", "/v1/auth/sign-out", { headers: { cookie: `muster_refresh=${token}` } });
  expect(out.status).toBe(204);
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  expect((await refresh(token)).status).toBe(401);
});

it("lets a session end after 30 days without a refresh", async () => {
  const { post, moveMs } = await appAt(Date.now());
  const body = { email: newEmail(), password, organizationName: "Acme" };
  const cookie = cookieOf((await post("/v1/auth/sign-up", {}, body)).headers);
  moveMs(30 * 24 * 3_600_000);
  expect((await post("/v1/auth/refresh", { cookie: `muster_refresh=${cookie}` })).status).toBe(401);
});

it("refuses access tokens that are expired, forged or for something else", async () => {
  const w = await world();
  const [header, payload, signature] = w.token.split(".");
  const claims = decodeJwt(w.token);
  const other = btoa(JSON.stringify({ ...claims, exp: (claims.exp ?? 0) + 9000 })).replace(/=+$/, "");
  const none = btoa('{"alg":"none","typ":"at+jwt"}').replace(/=+$/, "");
  for (const forged of [`${header}.${other}.${signature}`, `${none}.${payload}.`, "mk_x_y", "x"]) {
    const answer = await call("GET", "/v1/me", { token: forged });
    expect(answer.status, forged).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  }
  // An enrolment token is a JWT of ours too, but not for people.
  const enrolment = await expectCall<{ secret: string }>(
    201,
    "POST",
    `/v1/fleets/${w.fleet}/enrollment-tokens`,
    { token: w.token },
  );
  expect((await call("GET", "/v1/me", { token: enrolment.secret })).status).toBe(401);
});

it("stores keys only hashed, shows them once, and forgets a revoked one", async () => {
  const w = await world();
  const made = await expectCall<{ id: string; secret: string; prefix: string }>(
    201,
    "POST",
    `/v1/orgs/${w.organization}/api-keys`,
    { token: w.token, body: { name: "ci", role: "viewer" } },
  );
  expect(made.secret).toMatch(/^mk_[0-9a-z]{8}_[\w-]{43}$/);
  expect(made.secret.startsWith(made.prefix)).toBe(true);
  const stored = await testEnv.DB.prepare("select * from api_keys where id = ?").bind(made.id).first();
  // The prefix has eleven characters and is followed by "_"; the secret itself may have "_" in it, too.
  expect(JSON.stringify(stored)).not.toContain(made.secret.slice(made.prefix.length + 1));
  const me = await expectCall(200, "GET", "/v1/me", { token: made.secret });
  expect(me).toMatchObject({
    actor: { kind: "api_key", apiKey: { id: made.id, role: "viewer" } },
    organizations: [{ id: w.organization, role: "viewer" }],
  });
  await expectCall(200, "POST", `/v1/api-keys/${made.id}/revoke`, { token: w.token });
  expect((await call("GET", "/v1/me", { token: made.secret })).status).toBe(401);
  const list = await expectCall<{ items: { id: string; revokedAt: string | null }[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/api-keys`,
    { token: w.token },
  );
  expect(list.items.find((key) => key.id === made.id)?.revokedAt).toEqual(expect.any(String));
  expect(JSON.stringify(list)).not.toContain("secret");
});

it("makes no key that can do more than its maker", async () => {
  const w = await world();
  const refused = await call("POST", `/v1/orgs/${w.organization}/api-keys`, {
    token: w.apiKey,
    body: { name: "more", role: "owner" },
  });
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({ errors: [{ path: "role" }] });
});

it("closes sign-up where it is told to", async () => {
  const { platform } = createPlatform({ ...testEnv, ALLOW_SIGN_UP: "false" } as Env);
  const app = createApp({ platform });
  const answer = await app(
    new Request("http://muster.test/v1/auth/sign-up", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: newEmail(), password, organizationName: "Acme" }),
    }),
    { waitUntil: () => undefined },
  );
  expect(answer.status).toBe(403);
});
