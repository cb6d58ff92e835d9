import { describe, expect, test } from "vitest";
import type { Labels } from "../fleets/agent-state.ts";
import type { ConfigId } from "../ids.ts";
import {
  coverageOf,
  coverageWarnings,
  idleRefusal,
  type NamedPlacement,
  unreachedRefusal,
} from "./coverage.ts";

const assignment = (
  configName: string,
  selector: string,
  fileName = `${configName}.txt`,
): NamedPlacement => ({
  configId: `cfg_${configName}` as ConfigId,
  configName,
  version: 1,
  selector,
  fileName,
});
const web: Labels = { app: "web", region: "eu" };
const db: Labels = { app: "db", region: "us" };
const fleet = [web, web, db];

const warnings = (next: NamedPlacement[], current: NamedPlacement[], agents = fleet) =>
  coverageWarnings(coverageOf(next, current, agents), next, 4);

describe("whom a release reaches", () => {
  test("is counted for each assignment", () => {
    const next = [assignment("motd", ""), assignment("edge", "app=web"), assignment("none", "app=mail")];
    expect(coverageOf(next, [], fleet)).toEqual({
      agents: 3,
      matches: [3, 2, 0],
      unmatched: 0,
      leftOut: [],
    });
  });

  test("an assignment that matches nobody among others is told, in a fleet that has agents", () => {
    const next = [assignment("edge", "app=web"), assignment("none", "app=mail")];
    expect(warnings(next, [])).toEqual([
      "none v1 (app=mail) matches no agent now; newcomers that match will get it.",
    ]);
    expect(warnings(next, [], [])).toEqual([]);
  });
});

describe("what a release leaves out", () => {
  const current = [assignment("motd", ""), assignment("edge", "app=web")];

  test("agents that get other files lose this one, the others keep what they run", () => {
    expect(warnings([assignment("edge", "app=web")], current)).toEqual([
      "motd v1 (every agent) of the current release 4 is left out for 3 agents: 1 agent keeps what it runs; newcomers would get nothing; 2 agents lose the file motd.txt.",
    ]);
  });

  test("a config that is narrowed is left out for those who had it", () => {
    expect(warnings([assignment("motd", "app=db"), assignment("edge", "app=web")], current)).toEqual([
      "motd v1 (every agent) of the current release 4 is left out for 2 agents: 2 agents lose the file motd.txt.",
    ]);
  });

  test("a config that nobody matches is told for newcomers' sake", () => {
    expect(
      warnings([assignment("motd", "")], [...current.slice(0, 1), assignment("mail", "app=mail")]),
    ).toEqual([
      "mail v1 (app=mail) of the current release 4 is left out: no agent matches it now; newcomers would not get it.",
    ]);
  });

  test("nothing is left out by the same configs, or by another one in the same file", () => {
    expect(warnings(current, current)).toEqual([]);
    expect(warnings([assignment("other", "", "motd.txt"), assignment("edge", "app=web")], current)).toEqual(
      [],
    );
  });
});

describe("a release that reaches nobody", () => {
  const refusalOf = (next: NamedPlacement[], agents: Labels[]) =>
    unreachedRefusal(coverageOf(next, [], agents), next, agents);

  test("is refused in a fleet that has agents, with the labels that there are, those asked for first", () => {
    const refusal = refusalOf([assignment("edge", "app=wbe"), assignment("motd", "role=web")], fleet);
    expect(refusal?.code).toBe("plan_impossible");
    expect(refusal?.detail).toBe(
      "The release matches no agent: the fleet has 3 agents, with labels such as app=web, app=db, region=eu, region=us. Correct the selector, or leave it empty for every agent.",
    );
    expect(refusal?.errors?.map((error) => error.path)).toEqual([
      "assignments[0].selector",
      "assignments[1].selector",
    ]);
  });

  test("says so where there are no labels, and writes values as a selector needs them", () => {
    expect(refusalOf([assignment("edge", "app=web")], [{}])?.detail).toContain("1 agent, without any labels");
    expect(refusalOf([assignment("edge", "app=web")], [{ app: "x, y" }])?.detail).toContain('app="x, y"');
  });

  test("is fine in a fleet without agents, and where it reaches one", () => {
    expect(refusalOf([assignment("edge", "app=wbe")], [])).toBeNull();
    expect(refusalOf([assignment("edge", "app=wbe"), assignment("db", "app=db")], fleet)).toBeNull();
  });

  test("is refused too where all that is new matches nobody, and the rest is as it was", () => {
    const current = [assignment("motd", "app=db")];
    const idle = (...own: NamedPlacement[]) => {
      const next = [...own, ...current];
      return idleRefusal(coverageOf(next, current, fleet), next, current, fleet);
    };
    expect(idle(assignment("edge", "app=wbe"))).toEqual({
      code: "plan_impossible",
      detail:
        "No agent would change, since what is new matches none: edge v1 (app=wbe). The fleet has 3 agents, with labels such as app=web, app=db, region=eu, region=us. Correct the selector.",
      errors: [
        { path: "assignments[0].selector", message: '"app=wbe" matches none of the fleet\'s 3 agents' },
      ],
    });
    expect(idle(assignment("edge", "app=wbe"), assignment("edge", "app=web")), "one reaches").toBeNull();
    expect(idle(), "nothing is new").toBeNull();
  });
});
