import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { fleetWorld } from "../../test/harness/worker/fleet-world.ts";
import { migrate } from "../shared/migrator.ts";
import { fleetSteps } from "./schema.ts";

const moved = fleetSteps.findIndex(({ name }) => name === "fleet-2");

it("takes every agent along into the table with rowids", async () => {
  const { stub } = await fleetWorld();
  await runInDurableObject(stub, (_, { storage }) => {
    const { sql } = storage;
    const tables = sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*'")
      .toArray();
    for (const { name } of tables) sql.exec(`DROP TABLE ${name}`);
    migrate(storage, fleetSteps.slice(0, moved));
    const agents = [
      { id: "agt_1", record: '{"name":"one"}' },
      { id: "agt_2", record: '{"name":"two"}' },
    ];
    for (const { id, record } of agents)
      sql.exec("INSERT INTO agents (id, record) VALUES (?, ?)", id, record);

    migrate(storage, fleetSteps);

    expect(sql.exec("SELECT rowid, id, record FROM agents ORDER BY id").toArray()).toEqual(
      agents.map((agent, i) => ({ rowid: i + 1, ...agent })),
    );
    expect(() => sql.exec("INSERT INTO agents (id, record) VALUES ('agt_1', '{}')")).toThrow("UNIQUE");
  });
});
