import { expect, test } from "vitest";
import type { Statement } from "../../domain/tenancy/access.ts";
import { statementsOf } from "../../domain/tenancy/statements.ts";
import { whyNot } from "./why-not.ts";

const organization = (statements: Statement[]) => ({
  name: "Acme",
  roleName: "viewer",
  access: [statements],
  blocked: null,
  deletedAt: null,
});
const viewer = statementsOf("viewer", undefined, { kind: "organization" }, "your membership");
const denial: Statement = {
  effect: "deny",
  permissions: ["rollout.*"],
  within: [{ kind: "organization" }],
  source: "role no rollouts, by team payments",
};

test("what is allowed has no reason against it", () => {
  expect(whyNot(organization(viewer), "fleet.read")).toBeUndefined();
});

test("what nothing allows names the role and the permission", () => {
  expect(whyNot(organization(viewer), "rollout.write")).toBe(
    "Your role in Acme is viewer, and nothing that you have allows rollout.write here. Ask an owner or admin for it.",
  );
});

test("a denial names where it comes from", () => {
  expect(whyNot(organization([...viewer, denial]), "rollout.read")).toBe(
    "The role no rollouts, by team payments, denies you rollout.read here. Ask an owner or admin for it.",
  );
});

test("what holds for some agents only is left to the page of the agent", () => {
  const some: Statement = {
    effect: "allow",
    permissions: ["agent.operate"],
    within: [{ kind: "agents", selector: "role=web" }],
    source: "role web, by your membership",
  };
  expect(whyNot(organization([some]), "agent.operate")).toBeUndefined();
  expect(whyNot(organization([some]), "agent.operate", { labels: { role: "db" } })).toContain(
    "agent.operate",
  );
});

test.each([
  [{ blocked: "sso_required" as const }, "single sign-on"],
  [{ blocked: "two_factor_required" as const }, "second factor"],
  [{ deletedAt: "2026-11-21T09:00:00.000Z" }, "is deleted"],
])("%j speaks before any role", (state, words) => {
  const owner = statementsOf("owner", undefined, { kind: "organization" }, "your membership");
  expect(whyNot({ ...organization(owner), ...state }, "fleet.write")).toContain(words);
});

test("a deleted organization may still be restored by its owner", () => {
  const owner = statementsOf("owner", undefined, { kind: "organization" }, "your membership");
  const deleted = { ...organization(owner), deletedAt: "2026-11-21T09:00:00.000Z" };
  expect(whyNot(deleted, "organization.delete")).toBeUndefined();
});
