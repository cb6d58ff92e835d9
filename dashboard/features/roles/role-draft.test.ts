import { expect, test } from "vitest";
import { makeId } from "../../../domain/ids.ts";
import { emptyRole, type Role, roleBody, roleDraft, roleText, togglePermission } from "./role-draft.ts";
import { scopeDraft, scopeOf, wholeOrganization } from "./scope-draft.ts";

const seed = new Uint8Array(10);
const role: Role = {
  id: makeId("role", 0, seed),
  organizationId: makeId("organization", 0, seed),
  name: "Deployer",
  description: "Deploys to one environment",
  statements: [
    { effect: "allow", permissions: ["rollout.write", "config.*"], scope: { kind: "organization" } },
    { effect: "deny", permissions: ["exec.run"], scope: { kind: "agents", selector: "role=db" } },
  ],
  version: 3,
  createdAt: "2026-11-21T09:00:00.000Z",
  updatedAt: "2026-11-21T09:00:00.000Z",
};

test("a role that is opened and saved says the same", () => {
  const { name, description, statements } = role;
  expect(roleBody(roleDraft(role))).toEqual({ name, description, statements });
});

test("a role is not sent before every statement says what and where", () => {
  expect(roleBody(emptyRole())).toBeNull();
});

test("two states of a role differ in the lines that changed", () => {
  const changed: Role = {
    ...role,
    statements: role.statements.map((one) => ({ ...one, permissions: one.permissions.slice(0, 1) })),
  };
  const before = roleText(role).split("\n");
  const after = new Set(roleText(changed).split("\n"));
  expect(before.filter((line) => !after.has(line))).toEqual(["allow config.* in the whole organization"]);
});

test.each([
  [["config.read", "fleet.read"], "config.*", true, ["fleet.read", "config.*"]],
  [["config.*", "fleet.read"], "*", true, ["*"]],
  [["config.*", "fleet.read"], "config.*", false, ["fleet.read"]],
  [["fleet.read"], "config.read", true, ["fleet.read", "config.read"]],
] as const)("%j, %s %s", (chosen, pattern, on, after) => {
  expect(togglePermission(chosen, pattern, on)).toEqual(after);
});

test("a scope is sent with its own fields only, and not before they are chosen", () => {
  const projectId = makeId("project", 0, seed);
  const environmentId = makeId("environment", 0, seed);
  const scope = { kind: "environment", projectId, environmentId } as const;
  expect(scopeOf(scopeDraft(scope))).toEqual(scope);
  expect(scopeOf({ ...scopeDraft(scope), kind: "project" })).toEqual({ kind: "project", projectId });
  expect(scopeOf({ ...scopeDraft(scope), environmentId: "" })).toBeNull();
  expect(scopeOf({ ...wholeOrganization, kind: "agents", selector: "  " })).toBeNull();
  expect(scopeOf(wholeOrganization)).toEqual({ kind: "organization" });
});
