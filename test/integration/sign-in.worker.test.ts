import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { expect, it } from "vitest";
import { appAt } from "../harness/worker/app-at.ts";
import { call, expectCall, person, world } from "../harness/world.ts";

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as { DB: D1Database };
const password = "correct horse battery";
const newEmail = () => `p-${crypto.randomUUID()}@example.com`;
const cookieOf = (headers: Headers) => headers.get("set-cookie")?.match(/muster_refresh=([^;]*)/)?.[1] ?? "";
const refresh = (cookie: string) =>
  call("POST", "/v1/auth/refresh", { headers: { cookie: `muster_refresh=${cookie}` } });
/** The refresh token of a new session of a new person. */
async function signedInCookie(): Promise<string> {
  const { email } = await person();
  const answer = await call("POST", "/v1/auth/sign-in", { body: { email, password } });
  return cookieOf(answer.headers);
}

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

it("opens no session by a password that was replaced while it was looked at", async () => {
  const one = await person();
  const app = await appAt("http://muster.test");
  const { matches, hash } = app.platform.passwords;
  const signIn = (password: string) =>
    app.call<{ code: string }>("POST", "/v1/auth/sign-in", { body: { email: one.email, password } });
  app.platform.passwords = {
    hash,
    matches: async (given, stored) => {
      const right = await matches(given, stored);
      app.platform.passwords = { hash, matches };
      const changed = await app.call("POST", "/v1/me/password", {
        token: one.token,
        body: { currentPassword: one.password, password: "another long enough one" },
      });
      expect(changed.status).toBe(200);
      return right;
    },
  };
  const late = await signIn(one.password);
  expect([late.status, late.body.code]).toEqual([401, "invalid_credentials"]);
  expect((await signIn("another long enough one")).status).toBe(200);
});

it("keeps the refresh token out of scripts' reach, and gives it only on request", async () => {
  const { email } = await person();
  const signedUp = await call<{ accessToken: string; refreshToken?: string }>("POST", "/v1/auth/sign-in", {
    body: { email, password },
  });
  const cookie = signedUp.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/; HttpOnly; SameSite=/);
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
  const { email } = await person();
  const app = await appAt("https://muster.example");
  const answer = await app.call("POST", "/v1/auth/sign-in", { body: { email, password } });
  expect(answer.headers.get("set-cookie")).toContain("; Secure");
  expect(answer.headers.get("strict-transport-security")).toContain("max-age");
});

it("ends the family when an old refresh token is shown again", async () => {
  const first = await signedInCookie();
  const app = await appAt("http://muster.test");
  const as = (cookie: string) =>
    app.call("POST", "/v1/auth/refresh", { headers: { cookie: `muster_refresh=${cookie}` } });
  const second = cookieOf((await as(first)).headers);
  expect(second).not.toBe(first);
  // The answer to a rotation may get lost: asked again soon, it is the same.
  const lost = await as(first);
  expect([lost.status, cookieOf(lost.headers)]).toEqual([200, second]);

  app.moveMs(11_000);
  const stolen = await as(first);
  expect(stolen.status).toBe(401);
  expect(stolen.body.code).toBe("session_revoked");
  expect((await as(second)).status).toBe(401);
});

it("rotates for one of two that refresh at once, and both go on", async () => {
  const first = await signedInCookie();
  const both = await Promise.all([refresh(first), refresh(first)]);
  expect(both.map((one) => one.status)).toEqual([200, 200]);
  expect(cookieOf(both[0].headers)).toBe(cookieOf(both[1].headers));
  expect((await refresh(cookieOf(both[0].headers))).status).toBe(200);
});

it("refuses refresh tokens that it did not make, and those of ended sessions", async () => {
  const token = await signedInCookie();
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
  const cookie = await signedInCookie();
  const app = await appAt("http://muster.test");
  app.moveMs(30 * 24 * 3_600_000);
  const headers = { cookie: `muster_refresh=${cookie}` };
  expect((await app.call("POST", "/v1/auth/refresh", { headers })).status).toBe(401);
});

it("lets a session end 90 days after its sign-in, however much it is used", async () => {
  let cookie = await signedInCookie();
  const app = await appAt("http://muster.test");
  const refreshed = async () => {
    const headers = { cookie: `muster_refresh=${cookie}` };
    const answer = await app.call("POST", "/v1/auth/refresh", { headers });
    cookie = cookieOf(answer.headers) || cookie;
    return answer.status;
  };
  for (const days of [29, 29, 29]) {
    app.moveMs(days * 24 * 3_600_000);
    expect(await refreshed()).toBe(200);
  }
  app.moveMs(4 * 24 * 3_600_000);
  expect(await refreshed()).toBe(401);
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
