/**
 * Every route of the OpenAPI document × {no credential, another tenant's id, too little role}. A new route is in here
 * by itself; its example body and ids are in `test/harness/worker/surface-examples.ts`.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { permissions } from "../../domain/tenancy/permissions.ts";
import type { Role } from "../../domain/tenancy/roles.ts";
import { guarded, ladder, ofRole, ofTenant, operations, roleFor } from "../harness/worker/surface.ts";
import { send, withoutIds } from "../harness/worker/surface-examples.ts";
import { nobodys, type Things, things } from "../harness/worker/surface-things.ts";
import { expectCall } from "../harness/world.ts";

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
