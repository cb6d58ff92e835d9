import { expect, test } from "vitest";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { startRolloutBody } from "../../../protocol/api/rollouts.ts";
import {
  chooseConfig,
  defaultPlan,
  otherAssignments,
  planBody,
  readCountOrPercent,
  startingAssignments,
} from "./plan-form.ts";

const cfg = (n: number) => `cfg_01JD000000000000000000000${n}`;
const current = {
  assignments: [
    { configId: cfg(1), version: 3, selector: "role=web", fileName: "haproxy.cfg" },
    { configId: cfg(2), version: 7, selector: "", fileName: "motd" },
  ],
} as unknown as Release;

test("a deploy takes the named config to its latest version where it is, and keeps what else the fleet runs", () => {
  const assignments = startingAssignments(current, cfg(1));
  expect(assignments).toEqual([
    { key: 0, config: cfg(1), version: "latest", selector: "role=web", fileName: "haproxy.cfg" },
  ]);
  expect(otherAssignments(current, assignments).map((one) => one.configId)).toEqual([cfg(2)]);
  expect(planBody({ ...defaultPlan, assignments })).toMatchObject({ keepOthers: true });
});

test("a config that the fleet does not run yet is for every agent", () => {
  const empty = { version: "latest", selector: "", fileName: undefined };
  expect(startingAssignments(current, cfg(3))).toEqual([{ key: 0, config: cfg(3), ...empty }]);
  expect(startingAssignments(null, undefined)).toEqual([{ key: 0, config: "", ...empty }]);
});

test("a config that is chosen in a row comes with its place in the current release", () => {
  expect(chooseConfig(current, cfg(2))).toEqual({
    config: cfg(2),
    version: "latest",
    selector: "",
    fileName: "motd",
  });
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
