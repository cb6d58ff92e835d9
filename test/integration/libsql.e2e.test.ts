/** Both Workers in a real workerd, with libSQL over HTTP in place of D1: `DATABASE_URL` is all that differs. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type HranaServer, startHranaServer } from "../harness/hrana-server.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant } from "../harness/tenant.ts";

let store: HranaServer;
let runtime: RunningRuntime;

beforeAll(async () => {
  const stateDir = makeStateDir();
  store = await startHranaServer(join(stateDir, "metadata.db"));
  runtime = await startRuntime({
    stateDir,
    vars: { DATABASE_URL: store.url, DATABASE_AUTH_TOKEN: store.authToken },
  });
});
afterAll(async () => {
  await runtime?.stop();
  await store?.stop();
});

async function rows(table: string, where: string, value: string): Promise<number> {
  const found = await store.client.execute({
    sql: `select count(*) as n from ${table} where ${where} = ?`,
    args: [value],
  });
  return Number(found.rows[0]?.n);
}

it("signs up, keeps configs, starts a rollout and projects its events, all in libSQL", async () => {
  const tenant = await signUpTenant(runtime);
  expect(await rows("organizations", "id", tenant.organization)).toBe(1);
  expect(await rows("fleets", "organization_id", tenant.organization)).toBe(1);
  const config = await tenant.createConfig("greeting", "hello\n");
  expect(await rows("config_versions", "config_id", config)).toBe(1);

  const again = tenant.call("POST", `/v1/projects/${tenant.project}/configs`, {
    name: "greeting",
    kind: "file",
  });
  await expect(again).rejects.toThrow(/409.*already_exists/);

  const rollout = await tenant.rollOut(config, "hello 2\n");
  expect(await rows("releases", "fleet_id", tenant.fleet)).toBe(1);
  await expect
    .poll(
      async () => {
        const path = `/v1/orgs/${tenant.organization}/events`;
        const page = await tenant.call<{ items: { type: string; rolloutId: string }[] }>("GET", path);
        return page.items.filter((event) => event.rolloutId === rollout.id).map((event) => event.type);
      },
      { timeout: 30_000 },
    )
    .toContain("rollout.started");
  expect(await rows("events", "rollout_id", rollout.id)).toBeGreaterThan(0);
});
