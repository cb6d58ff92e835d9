/**
 * Every route of the OpenAPI document × {no credential, another tenant's id, too little role}. A new route is in here
 * by itself; one with a required body fails until it has an example below.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { can } from "../../domain/tenancy/access.ts";
import { type Permission, permissions } from "../../domain/tenancy/permissions.ts";
import type { Role } from "../../domain/tenancy/roles.ts";
import { statementsOf } from "../../domain/tenancy/statements.ts";
import { openApiDocument } from "../../workers/http/openapi.ts";
import { routes } from "../../workers/http/routes/index.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { newId } from "../harness/worker/fleet-world.ts";
import { type Answer, call, expectCall, type World, world } from "../harness/world.ts";

interface Operation {
  id: string;
  method: string;
  path: string;
  access: string;
  needsBody: boolean;
  /** API keys are refused, whatever their role. */
  peopleOnly: boolean;
}

/** Each allows all that the ones before it do. */
const ladder: readonly Role[] = ["viewer", "operator", "admin", "owner"];

const document = openApiDocument(routes, "test");
const operations: Operation[] = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  (["get", "post", "patch", "delete"] as const).flatMap((method) => {
    const operation = item[method] as Record<string, unknown> | undefined;
    if (!operation) return [];
    const body = operation.requestBody as { required?: boolean } | undefined;
    return [
      {
        id: String(operation.operationId),
        method: method.toUpperCase(),
        path,
        access: String(operation["x-muster-access"]),
        needsBody: body?.required === true,
        peopleOnly: operation["x-muster-people-only"] === true,
      },
    ];
  }),
);
const guarded = operations.filter(({ access }) => access !== "public");
const ofTenant = guarded.filter(({ path }) => path.includes("{"));
const ofRole = ofTenant.filter(({ access }) => roleFor(access) !== "viewer");

/** The least role of the ladder that may do what the route asks for; `person` routes ask for none. */
function roleFor(access: string): Role {
  const least = ladder.find((role) =>
    can([statementsOf(role, undefined, { kind: "organization" }, "the ladder")], access as Permission),
  );
  return least ?? "viewer";
}

/** Ids of everything that a path can name, of one tenant. */
interface Things {
  world: World;
  ids: Record<string, string>;
}

async function things(): Promise<Things> {
  const w = await world();
  const as = { token: w.token };
  const made = <T = { id: string }>(path: string, body: object) =>
    expectCall<T>(201, "POST", path, { ...as, body });
  const config = await made(`/v1/projects/${w.project}/configs`, { name: "c", kind: "file", content: "x\n" });
  const key = await made(`/v1/orgs/${w.organization}/api-keys`, { name: "victim", role: "viewer" });
  const token = await made(`/v1/fleets/${w.fleet}/enrollment-tokens`, { maxUses: 1 });
  const [agent, doomed] = await enrol(w, ["a", "doomed"], { onConfig: () => undefined });
  const started = await made<{ rollout: { id: string }; release: { id: string } }>(
    `/v1/fleets/${w.fleet}/rollouts`,
    { assignments: [{ config: config.id }] },
  );
  const sessions = await expectCall<{ items: { id: string }[] }>(200, "GET", "/v1/me/sessions", as);
  return {
    world: w,
    ids: {
      passkey: await insertPasskey(w.email),
      session: sessions.items[0]?.id ?? "",
      org: w.organization,
      project: w.project,
      fleet: w.fleet,
      agent: agent?.id ?? "",
      doomed: doomed?.id ?? "",
      environment: w.environment,
      config: config.id,
      number: "1",
      key: key.id,
      token: token.id,
      release: started.release.id,
      rollout: started.rollout.id,
    },
  };
}

/** Only a browser can make one by the API. */
async function insertPasskey(email: string): Promise<string> {
  const id = newId("passkey");
  await (env as unknown as { DB: D1Database }).DB.prepare(
    `insert into passkeys (id, user_id, credential_id, public_key, counter, transports, backed_up, name, created_at)
     select ?1, id, ?1, '', 0, '[]', 0, 'Laptop', 0 from users where email = ?2`,
  )
    .bind(id, email)
    .run();
  return id;
}

/** Ids of the same kinds that nobody has. */
const nobodys: Record<string, string> = {
  passkey: newId("passkey"),
  session: newId("session"),
  org: newId("organization"),
  project: newId("project"),
  environment: newId("environment"),
  fleet: newId("fleet"),
  doomed: newId("agent"),
  agent: newId("agent"),
  config: newId("config"),
  number: "1",
  key: newId("apiKey"),
  token: newId("enrollmentToken"),
  release: newId("release"),
  rollout: newId("rollout"),
};

/** A body that the schema takes, for each operation that requires one. */
const bodies: Record<string, (ids: Record<string, string>) => object> = {
  confirmPresence: () => ({ password: "not it, but long" }),
  confirmTotp: () => ({ code: "000000" }),
  addPasskey: () => ({
    name: "Laptop",
    passkey: {
      id: "aaaa",
      rawId: "aaaa",
      type: "public-key",
      response: { clientDataJSON: "e30", attestationObject: "oA" },
    },
  }),
  renamePasskey: () => ({ name: "Renamed" }),
  updateMe: () => ({ name: "Renamed" }),
  changePassword: () => ({ currentPassword: "not it, but long", password: "another long one" }),
  changeEmail: () => ({ email: `new-${crypto.randomUUID()}@example.com` }),
  createApiKey: () => ({ name: "k", role: "viewer" }),
  createProject: () => ({ name: `P ${crypto.randomUUID()}` }),
  createEnvironment: () => ({ name: `E ${crypto.randomUUID()}` }),
  createFleet: () => ({ name: `F ${crypto.randomUUID()}` }),
  updateFleet: () => ({ name: "Renamed" }),
  validateConfig: () => ({ kind: "file", content: "x\n" }),
  createConfig: () => ({ name: `c-${crypto.randomUUID()}`, kind: "file" }),
  createConfigVersion: () => ({ content: "y\n" }),
  createRelease: (ids) => ({ assignments: [{ config: ids.config }] }),
  startRollout: (ids) => ({ assignments: [{ config: ids.config }] }),
  updateEnvironment: () => ({ name: "Renamed" }),
  approveRollout: () => ({ verdict: "approve" }),
  overrideFreeze: () => ({ reason: "an emergency" }),
};

/** What is gone afterwards must be nobody else's example. */
const places: Record<string, Record<string, string>> = { deleteAgent: { agent: "doomed" } };

function send(operation: Operation, ids: Record<string, string>, token?: string): Promise<Answer<Problem>> {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = ids[places[operation.id]?.[name] ?? name];
    if (!id) throw new Error(`no example for {${name}} of ${operation.path}`);
    return id;
  });
  const body = bodies[operation.id]?.(ids);
  if (operation.needsBody && !body) throw new Error(`no example body for ${operation.id}`);
  return call<Problem>(operation.method, path, {
    ...(token && { token }),
    ...(body && { body }),
  });
}

interface Problem {
  code: string;
  detail: string;
  title: string;
}

/** The same refusal, whatever ids it names. */
const withoutIds = ({ code, title, detail }: Problem) => ({
  code,
  title,
  detail: detail.replace(/\b[a-z]{3}_[0-9A-Z]{26}\b/g, "<id>"),
});

let mine: Things;
let others: Things;
const keys = new Map<Role, string>();

beforeAll(async () => {
  mine = await things();
  others = await things();
  for (const role of ladder) {
    const key = await expectCall<{ secret: string }>(
      201,
      "POST",
      `/v1/orgs/${mine.world.organization}/api-keys`,
      { token: mine.world.token, body: { name: role, role } },
    );
    keys.set(role, key.secret);
  }
}, 60_000);

it("covers the surface", () => {
  expect(guarded.length).toBeGreaterThan(40);
  expect(ofRole.length).toBeGreaterThan(10);
  for (const { access, path } of operations) {
    if (access !== "public" && access !== "person") expect(permissions, path).toContain(access);
  }
});

describe("without a credential", () => {
  it.each(guarded.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "%s → 401",
    async (_, operation) => {
      const answer = await send(operation, mine.ids);
      expect([answer.status, answer.body.code]).toEqual([401, "unauthenticated"]);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    },
  );
});

describe("with another tenant's id", () => {
  it.each(ofTenant.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "%s → 404, as for an id that nobody has",
    async (_, operation) => {
      const answer = await send(operation, mine.ids, others.world.token);
      expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
      const missing = await send(operation, nobodys, others.world.token);
      expect(withoutIds(answer.body)).toEqual(withoutIds(missing.body));
    },
  );
});

describe("with too little a role", () => {
  it.each(ofRole.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "%s → 403",
    async (_, operation) => {
      const least = roleFor(operation.access);
      const below = ladder[ladder.indexOf(least) - 1];
      const answer = await send(operation, mine.ids, below && keys.get(below));
      expect([answer.status, answer.body.code]).toEqual([403, "forbidden"]);
    },
  );
});

describe("with just enough of a role", () => {
  it.each(ofTenant.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "%s is let in",
    async (_, operation) => {
      const key = keys.get(roleFor(operation.access));
      if (operation.peopleOnly) {
        const refused = await send(operation, mine.ids, key);
        expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining("API key")]);
      }
      const token = operation.peopleOnly ? mine.world.token : key;
      const answer = await send(operation, mine.ids, token);
      expect([401, 403, 404], JSON.stringify(answer.body)).not.toContain(answer.status);
      expect(answer.status).toBeLessThan(500);
    },
  );
});
