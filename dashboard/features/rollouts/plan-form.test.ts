import { expect, test } from "vitest";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { startRolloutBody } from "../../../protocol/api/rollouts.ts";
import { defaultPlan, planBody, readCountOrPercent, startingAssignments } from "./plan-form.ts";

const cfg = (n: number) => `cfg_01JD000000000000000000000${n}`;
const current = {
  assignments: [
    { configId: cfg(1), version: 3, selector: "role=web", fileName: "haproxy.cfg" },
    { configId: cfg(2), version: 7, selector: "", fileName: "motd" },
  ],
} as unknown as Release;

test("a deploy keeps what else the fleet runs, and takes the named config to its latest version", () => {
  expect(
    startingAssignments(current, cfg(1)).map(({ config, version, selector }) => [config, version, selector]),
  ).toEqual([
    [cfg(1), "latest", "role=web"],
    [cfg(2), 7, ""],
  ]);
});

test("a config that the fleet does not run yet is added, for every agent", () => {
  expect(startingAssignments(current, cfg(3)).at(-1)).toMatchObject({
    config: cfg(3),
    version: "latest",
    selector: "",
  });
  expect(startingAssignments(null, undefined)).toHaveLength(1);
});

test.each([
  ["25%", "25%"],
  [" 3 ", 3],
  ["0", 0],
  ["101%", null],
  ["a few", null],
])("%s is read as %s", (text, value) => {
  expect(readCountOrPercent(text)).toBe(value);
});

test("what the form sends is what the contract takes", () => {
  const assignments = startingAssignments(current, cfg(1));
  expect(startRolloutBody.safeParse(planBody({ ...defaultPlan, assignments })).success).toBe(true);
  const broken = planBody({ ...defaultPlan, assignments, batch: "a few" });
  expect(startRolloutBody.safeParse(broken).success).toBe(false);
});
