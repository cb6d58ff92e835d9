import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { fleetWorld } from "../../test/harness/worker/fleet-world.ts";
import { migrate } from "./migrator.ts";

const first = { name: "one", sql: "CREATE TABLE one_a (id INTEGER); CREATE TABLE one_b (id INTEGER);" };
const second = { name: "two", sql: "CREATE TABLE two (id INTEGER);" };

async function onEmptyStorage(test: (storage: DurableObjectStorage) => void): Promise<void> {
  const { stub } = await fleetWorld();
  await runInDurableObject(stub, (_, state) => {
    state.storage.sql.exec("DROP TABLE schema_steps");
    test(state.storage);
  });
}

const tables = (storage: DurableObjectStorage) =>
  storage.sql
    .exec<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE name IN ('one_a', 'one_b', 'two') ORDER BY name",
    )
    .toArray()
    .map((row) => row.name);

it("applies what is missing, in order, once", () =>
  onEmptyStorage((storage) => {
    migrate(storage, [first]);
    expect(tables(storage)).toEqual(["one_a", "one_b"]);
    migrate(storage, [first, second]);
    migrate(storage, [first, second]);
    expect(tables(storage)).toEqual(["one_a", "one_b", "two"]);
  }));

it("refuses to start when an applied step was edited, renamed, moved or removed", () =>
  onEmptyStorage((storage) => {
    migrate(storage, [first, second]);
    const edited = { ...first, sql: `${first.sql} CREATE TABLE more (id INTEGER);` };
    for (const steps of [[edited, second], [{ ...first, name: "uno" }, second], [second, first], [first]]) {
      expect(() => migrate(storage, steps)).toThrow("restore the shipped step");
    }
  }));

it("leaves nothing of a step that fails", () =>
  onEmptyStorage((storage) => {
    const broken = { name: "two", sql: "CREATE TABLE two (id INTEGER); CREATE TABLE two (id INTEGER);" };
    expect(() => migrate(storage, [first, broken])).toThrow("already exists");
    expect(tables(storage)).toEqual(["one_a", "one_b"]);
    migrate(storage, [first, second]);
    expect(tables(storage)).toEqual(["one_a", "one_b", "two"]);
  }));
