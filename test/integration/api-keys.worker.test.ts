/** API keys: of people and of service accounts, scoped, ending, rotated; never more than whom they stand for. */
import { expect, it } from "vitest";
import { until } from "../harness/worker/fleet-world.ts";
import { type Answer, call, expectCall, member, type World, world } from "../harness/world.ts";

interface Problem {
  code: string;
  detail: string;
  errors: { path: string }[];
}
interface Key {
  id: string;
  secret: string;
  name: string;
  owner: string | null;
  ownerName: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
  replaces: string | null;
  prefix: string;
  lastUsedAt: string | null;
  receipt: { undo: { href: string } | null; summary: string };
}

const refusal = ({ status, body }: Answer<Problem>) => [status, body.code, body.errors[0]?.path];
const keysOf = (w: World, rest = "") => `/v1/orgs/${w.organization}/api-keys${rest}`;
const make = (w: World, body: object, token = w.token) =>
  expectCall<Key>(201, "POST", keysOf(w), { token, body: { name: "k", role: "viewer", ...body } });
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

const serviceAccount = (w: World, role: string) =>
  expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/service-accounts`, {
    token: w.token,
    body: { name: `program ${crypto.randomUUID()}`, role },
  });

it("stands for its maker, and has no more than they have now", async () => {
  const w = await world();
  const admin = await member(w, "admin");
  const key = await make(w, { role: "admin" }, admin.token);
  expect(key.owner).toBe(admin.id);
  await expectCall(200, "PATCH", `/v1/orgs/${w.organization}/members/${admin.id}`, {
    token: w.token,
    body: { role: "viewer" },
  });
  const write = await call<Problem>("POST", `/v1/orgs/${w.organization}/projects`, {
    token: key.secret,
    body: { name: "P" },
  });
  expect([write.status, write.body.code]).toEqual([403, "forbidden"]);
  expect((await call("GET", `/v1/orgs/${w.organization}/projects`, { token: key.secret })).status).toBe(200);
});

it("shows its beginning and when it was last used, and its secret never again", async () => {
  const w = await world();
  const { id, secret, prefix, lastUsedAt } = await make(w, {});
  expect(lastUsedAt).toBeNull();
  expect(prefix.length).toBeGreaterThan(3);
  expect(secret.startsWith(prefix)).toBe(true);
  expect((await call("GET", "/v1/me", { token: secret })).status).toBe(200);
  const read = () => expectCall<Key>(200, "GET", `/v1/api-keys/${id}`, { token: w.token });
  const used = await until(read, (key) => key.lastUsedAt !== null);
  expect(used.prefix).toBe(prefix);
  expect(JSON.stringify(used)).not.toContain(secret);
});

it("is held to its scope", async () => {
  const w = await world();
  const other = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/projects`, {
    token: w.token,
    body: { name: "Other" },
  });
  const { secret: token } = await make(w, {
    role: "operator",
    scope: { kind: "project", projectId: w.project },
  });
  const projects = await expectCall<{ items: { id: string }[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/projects`,
    { token },
  );
  expect(projects.items.map(({ id }) => id)).toEqual([w.project]);
  expect((await call("GET", `/v1/projects/${other.id}/configs`, { token })).status).toBe(403);
  const foreign = await world();
  const wrong = await call<Problem>("POST", keysOf(w), {
    token: w.token,
    body: { name: "k", scope: { kind: "project", projectId: foreign.project } },
  });
  expect(refusal(wrong)).toEqual([400, "validation_failed", "scope.projectId"]);
});

it("works for a service account until that is disabled, and again once it is enabled", async () => {
  const w = await world();
  const account = await serviceAccount(w, "viewer");
  const key = await make(w, { role: "operator", serviceAccountId: account.id });
  expect(key.owner).toBe(account.id);
  const path = `/v1/service-accounts/${account.id}`;
  await expectCall(200, "PATCH", path, { token: w.token, body: { disabled: true } });
  expect((await call("GET", "/v1/me", { token: key.secret })).status).toBe(401);
  await expectCall(200, "PATCH", path, { token: w.token, body: { disabled: false } });
  expect((await call("GET", "/v1/me", { token: key.secret })).status).toBe(200);
  // The account may only view, whatever its key says.
  const write = await call("POST", `/v1/projects/${w.project}/configs`, {
    token: key.secret,
    body: { name: "c", kind: "file" },
  });
  expect(write.status).toBe(403);
  const explained = await expectCall<{ verdict: string }>(
    200,
    "POST",
    `/v1/orgs/${w.organization}/access/explain`,
    { token: w.token, body: { subject: key.id, permission: "config.write" } },
  );
  expect(explained.verdict).toBe("deny");
  const listed = await expectCall<{ items: Key[] }>(200, "GET", keysOf(w, `?owner=${account.id}`), {
    token: w.token,
  });
  expect(listed.items.map(({ id }) => id)).toEqual([key.id]);
  await expectCall(200, "DELETE", path, { token: w.token });
  expect(
    (await expectCall<Key>(200, "GET", `/v1/api-keys/${key.id}`, { token: w.token })).revokedAt,
  ).not.toBeNull();
});

it("is rotated with an overlap, once, into a key like it", async () => {
  const w = await world();
  const old = await make(w, { name: "deploys", role: "operator", expiresAt: inHours(24 * 90) });
  const path = `/v1/api-keys/${old.id}/rotate`;
  const fresh = await expectCall<Key>(201, "POST", path, { token: w.token, body: { overlapSeconds: 3600 } });
  expect(fresh).toMatchObject({
    name: "deploys",
    role: "operator",
    replaces: old.id,
    expiresAt: old.expiresAt,
  });
  expect((await call("GET", "/v1/me", { token: old.secret })).status).toBe(200);
  expect((await call("GET", "/v1/me", { token: fresh.secret })).status).toBe(200);
  const left = await expectCall<Key>(200, "GET", `/v1/api-keys/${old.id}`, { token: w.token });
  expect(Date.parse(left.expiresAt ?? "")).toBeLessThan(Date.parse(inHours(2)));
  const twice = await call<Problem>("POST", path, { token: w.token, body: {} });
  expect([twice.status, twice.body.code]).toEqual([409, "conflict"]);
  const now = await expectCall<Key>(201, "POST", `/v1/api-keys/${fresh.id}/rotate`, {
    token: w.token,
    body: { overlapSeconds: 0 },
  });
  expect((await call("GET", "/v1/me", { token: fresh.secret })).status).toBe(401);
  expect((await call("GET", "/v1/me", { token: now.secret })).status).toBe(200);
});

it("tells its new secret to nobody but whom it stands for", async () => {
  const w = await world();
  const admin = await member(w, "admin");
  const owners = await make(w, { role: "owner" });
  const another = await call<Problem>("POST", `/v1/api-keys/${owners.id}/rotate`, {
    token: admin.token,
    body: {},
  });
  expect([another.status, another.body.code]).toEqual([403, "forbidden"]);
  const account = await serviceAccount(w, "owner");
  const strong = await make(w, { role: "owner", serviceAccountId: account.id });
  const more = await call<Problem>("POST", `/v1/api-keys/${strong.id}/rotate`, {
    token: admin.token,
    body: {},
  });
  expect(refusal(more)).toEqual([403, "forbidden", "key"]);
});

it("makes no key that outlives it", async () => {
  const w = await world();
  const short = await make(w, { role: "admin", expiresAt: inHours(1) });
  const body = { name: "longer", role: "viewer" };
  const longer = await call<Problem>("POST", keysOf(w), { token: short.secret, body });
  expect(refusal(longer)).toEqual([403, "forbidden", "expiresAt"]);
  await make(w, { expiresAt: inHours(0.5) }, short.secret);
});

it("refuses a rate above the plan's, a past end, and a stranger's service account", async () => {
  const w = await world();
  const foreign = await serviceAccount(await world(), "viewer");
  const wrong: [object, string][] = [
    [{ requestsPerMinute: 1_000_000 }, "requestsPerMinute"],
    [{ expiresAt: inHours(-1) }, "expiresAt"],
    [{ serviceAccountId: foreign.id }, "serviceAccountId"],
  ];
  for (const [body, path] of wrong) {
    const answer = await call<Problem>("POST", keysOf(w), { token: w.token, body: { name: "k", ...body } });
    expect(refusal(answer)).toEqual([400, "validation_failed", path]);
  }
});
