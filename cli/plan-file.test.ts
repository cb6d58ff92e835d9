import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

it.each([
  ["an alias of nothing", "assignments: *none\n", "plan.yaml: Unresolved alias"],
  ["broken YAML", "assignments: [\n", "plan.yaml:2:1"],
  ["no map", "- 1\n", "is not a plan"],
])("refuses a plan file with %s by its name, before anything is sent", async (_, content, told) => {
  await writeFile(join(world.home, "plan.yaml"), content);
  const { code, stderr } = await world.muster(["deploy", "-f", "plan.yaml"]);
  expect(stderr).toContain(told);
  expect(code).toBe(2);
  expect(world.server.seen.filter(({ method }) => method !== "GET")).toEqual([]);
});
