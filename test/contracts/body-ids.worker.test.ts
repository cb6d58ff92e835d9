/**
 * Every id that a body can hold × another tenant's id: it answers as an id that nobody has. The places come from the
 * document's schemas; one whose example cannot be made from the operation's own body needs one in `around`.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { idPrefixes } from "../../domain/ids.ts";
import { type BodyId, bodyIds, withId } from "../harness/worker/body-ids.ts";
import { newId } from "../harness/worker/fleet-world.ts";
import { operations } from "../harness/worker/surface.ts";
import { bodies, send, withoutIds } from "../harness/worker/surface-examples.ts";
import { type Things, things } from "../harness/worker/surface-things.ts";

/** Which of the example ids begins so. */
const kindOf: Record<string, keyof typeof idPrefixes> = Object.fromEntries(
  Object.entries(idPrefixes).map(([kind, prefix]) => [prefix, kind as keyof typeof idPrefixes]),
);

/** What must stand around an id, where it is not in the operation's own example. */
const around: Record<string, (ids: Record<string, string>) => object> = {
  "startRollout release": () => ({}),
  "scope.projectId": () => ({ scope: { kind: "project" } }),
  "scope.environmentId": (ids) => ({ scope: { kind: "environment", projectId: ids.project } }),
  "statements[].scope.projectId": () => ({
    statements: [{ effect: "allow", permissions: ["config.read"], scope: { kind: "project" } }],
  }),
  "statements[].scope.environmentId": (ids) => ({
    statements: [
      {
        effect: "allow",
        permissions: ["config.read"],
        scope: { kind: "environment", projectId: ids.project },
      },
    ],
  }),
  "explainAccess environmentId": (ids) => ({ projectId: ids.project }),
  "groupRoles[].role": () => ({ groupRoles: [{ group: "staff" }] }),
  "groupRoles[].teamId": () => ({ groupRoles: [{ group: "staff", role: "viewer" }] }),
};

let mine: Things;
let others: Things;
beforeAll(async () => {
  mine = await things();
  others = await things();
}, 60_000);

function bodyWith({ operationId, path }: BodyId, id: string): object {
  const wrapped = around[`${operationId} ${path}`] ?? around[path];
  const own = operationId === "startRollout" && path === "release" ? {} : bodies[operationId]?.(mine.ids);
  return withId({ ...own, ...wrapped?.(mine.ids) }, path, id) as object;
}

async function answerTo(place: BodyId, id: string) {
  const operation = operations.find((one) => one.id === place.operationId);
  if (!operation) throw new Error(`${place.operationId} is not in the document`);
  return send(operation, mine.ids, mine.world.token, bodyWith(place, id));
}

it("finds the ids that bodies hold", () => {
  const found = bodyIds.map(({ operationId, path }) => `${operationId} ${path}`);
  expect(found).toEqual(
    expect.arrayContaining([
      "createFleet environmentId",
      "startRollout release",
      "startRollout assignments[].config",
    ]),
  );
  expect(bodyIds.length).toBeGreaterThan(4);
});

/** An id of another tenant; where the examples have none of its kind, one of theirs cannot be told from nobody's. */
const foreign = (prefix: string): string | undefined =>
  Object.values(others.ids).find((id) => id.startsWith(`${prefix}_`));

describe("another tenant's id in a body", () => {
  it.each(bodyIds.map((one) => [`${one.operationId} ${one.path} (${one.prefix}_…)`, one] as const))(
    "%s answers as an id that nobody has",
    async (_, place) => {
      const theirs = foreign(place.prefix);
      const kind = kindOf[place.prefix];
      if (!theirs || !kind) throw new Error(`things() makes nothing whose id begins with ${place.prefix}_`);
      const answer = await answerTo(place, theirs);
      const missing = await answerTo(place, newId(kind));
      expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
      expect(answer.body.code, JSON.stringify(answer.body)).not.toMatch(/^malformed|^internal/);
      // A body that the schema refuses would prove nothing: the id itself must be what is refused.
      expect(answer.body.detail, "the example body is not valid").not.toMatch(/^The body is not valid/);
      expect([answer.status, withoutIds(answer.body)]).toEqual([missing.status, withoutIds(missing.body)]);
    },
  );
});
