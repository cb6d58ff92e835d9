/**
 * Every operation of the OpenAPI document that is no GET, once with success: it leaves an audit event of the organization
 * or an event of the person's account. A new operation is in here by itself; one that the examples cannot make succeed,
 * or that changes nothing, has to be named below with the reason.
 */
import { expect, it } from "vitest";
import { rows } from "../harness/worker/audit.ts";
import { operations } from "../harness/worker/surface.ts";
import { send, type Things, things } from "../harness/worker/surface-examples.ts";

const writes = operations.filter(({ method }) => method !== "GET");

/** Succeed and change nothing that anybody owns. */
const changesNothing: Record<string, string> = {
  validateConfig: "parses a text",
};

/** Their examples are refused: what they write is looked at by the tests named here. */
const provenElsewhere: Record<string, string> = {};

/** What they act on is gone afterwards, or the caller's session is. */
const destroys = /^(delete|remove|revoke|leave|transfer|signOut|rotate|disable|change|reset|erase)/;

let shared: Things | null = null;

async function tenantFor(id: string): Promise<Things> {
  if (destroys.test(id)) return things();
  shared ??= await things();
  return shared;
}

/** What was written down under the name of this request. */
async function traces(requestId: string): Promise<number> {
  const [row] = await rows<{ n: number }>(
    "select (select count(*) from audit_events where request_id = ?1) + (select count(*) from account_events where request_id = ?1) as n",
    requestId,
  );
  return row?.n ?? 0;
}

it("covers the surface", () => {
  expect(writes.length).toBeGreaterThan(30);
  const names = new Set(writes.map(({ id }) => id));
  const named = [...Object.keys(changesNothing), ...Object.keys(provenElsewhere)];
  expect(named.filter((name) => !names.has(name))).toEqual([]);
  expect(named.length).toBeLessThan(writes.length / 2);
});

it.each(writes.map((one) => [`${one.method} ${one.path}`, one] as const))(
  "%s leaves a trace",
  async (_, operation) => {
    const { ids, world } = await tenantFor(operation.id);
    const answer = await send(operation, ids, world.token);
    const left = await traces(answer.headers.get("x-request-id") ?? "");
    if (operation.id in provenElsewhere) {
      expect(answer.status, "succeeds now: take it off the list").toBeGreaterThanOrEqual(400);
      return;
    }
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    if (operation.id in changesNothing) expect(left).toBe(0);
    else expect(left).toBeGreaterThan(0);
  },
);
