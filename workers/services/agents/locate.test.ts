import { createClient } from "@libsql/client";
import { beforeAll, expect, it } from "vitest";
import { openLibsql } from "../../../db/client.ts";
import { migrate } from "../../../db/migrate.ts";
import { insertFleet } from "../../../db/queries/fleets.ts";
import { readMigrations } from "../../../db/read-migrations.ts";
import { write } from "../../../db/write.ts";
import { done, refused } from "../../../domain/errors.ts";
import { type AgentId, type FleetId, makeAgentId, type OrganizationId } from "../../../domain/ids.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { Context, FleetStub } from "../context.ts";
import { askAgent } from "./locate.ts";

const acme: OrganizationId = "org_01JD0000000000000000000001";
const other: OrganizationId = "org_01JD0000000000000000000002";
const edge: FleetId = "flt_01JD000000000000000000EDGE";
/** Ends as `edge` does. */
const twin: FleetId = "flt_01JE000000000000000000EDGE";
const core: FleetId = "flt_01JD000000000000000000C0RE";
const agent = makeAgentId(edge, 7, new Uint8Array(5));

const db = openLibsql(createClient({ url: ":memory:" }));

beforeAll(async () => {
  await migrate(db, readMigrations("migrations"));
  const fleet = (organizationId: OrganizationId, id: FleetId) =>
    insertFleet(db, organizationId, {
      id,
      projectId: "prj_01JD0000000000000000000000",
      environmentId: "env_01JD0000000000000000000000",
      name: id,
      slug: id,
      version: 1,
      createdAt: 1,
      updatedAt: 1,
    });
  await write(db, [fleet(acme, edge), fleet(acme, twin), fleet(acme, core)]);
});

const everything = statementsOf("owner", undefined, { kind: "organization" }, "the test");

/** Asks as a member of one organization, of fleets that hold these agents; tells which fleets were asked. */
async function ask(organization: OrganizationId, wanted: AgentId, homes: Partial<Record<FleetId, AgentId>>) {
  const asked: FleetId[] = [];
  const membership = { id: organization, name: "Acme", slug: "acme", access: [everything], deletedAt: null };
  // Only what askAgent reads of a context.
  const ctx = {
    db,
    actor: { kind: "user", organizations: [membership] },
    fleet: (scope: { fleetId: FleetId }) => {
      asked.push(scope.fleetId);
      return scope as unknown as FleetStub;
    },
  } as unknown as Context;
  const answer = askAgent(ctx, { agent: wanted }, "agent.read", async (_stub, { fleetId }) =>
    homes[fleetId] === wanted ? done(fleetId) : refused({ code: "not_found", detail: "no such agent" }),
  ).then(
    ({ value }) => value,
    (error: Error) => error.message,
  );
  return { answer: await answer, asked };
}

const missing = expect.stringContaining(`There is no agent ${agent} that you can see`);

it("asks only the fleet that the id names", async () => {
  const elsewhere = makeAgentId(core, 7, new Uint8Array(5));
  expect(await ask(acme, elsewhere, { [core]: elsewhere })).toEqual({ answer: core, asked: [core] });
});

it("asks fleets that share a tag by chance in turn", async () => {
  expect(await ask(acme, agent, { [edge]: agent })).toEqual({ answer: edge, asked: [edge] });
  expect(await ask(acme, agent, { [twin]: agent })).toEqual({ answer: twin, asked: [edge, twin] });
  expect((await ask(acme, agent, {})).answer).toEqual(missing);
});

it("wakes no fleet for another tenant, and answers as for a missing agent", async () => {
  expect(await ask(other, agent, { [edge]: agent })).toEqual({ answer: missing, asked: [] });
});
