import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  can,
  decide,
  exceeds,
  type Scope,
  type Statement,
  visibleEnvironments,
  visibleProjects,
} from "./access.ts";
import { labelFilter, labelMatcher } from "./label-filter.ts";
import { mayBeScopedByLabels } from "./labels.ts";
import { permissionNameProblem } from "./permission-names.ts";
import { permissionSummaries } from "./permission-summaries.ts";
import {
  isPermissionPattern,
  matchesPermission,
  type Permission,
  type PermissionPattern,
  permissions,
} from "./permissions.ts";
import { isVisible, seesEverything, seesNothing, visiblePlaces } from "./places.ts";
import { type Role, rolePermissions, roles } from "./roles.ts";
import { statementsOf } from "./statements.ts";
import { naiveDecide, naiveExceeds, worlds } from "./testing/naive-access.ts";

const everywhere: Scope = { kind: "organization" };
const ofRole = (role: Role) => statementsOf(role, undefined, everywhere, "the test");

/** What each role holds, by hand: who changes a role changes this too. v viewer, b billing, o operator, a admin, w owner. */
const table: Record<Permission, string> = {
  "organization.read": "vboaw",
  "organization.write": "aw",
  "organization.export": "w",
  "organization.delete": "w",
  "organization.transfer": "w",
  "member.read": "vboaw",
  "member.write": "aw",
  "team.read": "voaw",
  "team.write": "aw",
  "role.read": "voaw",
  "role.write": "aw",
  "service_account.read": "aw",
  "service_account.write": "aw",
  "api_key.read": "aw",
  "api_key.write": "aw",
  "sso.read": "aw",
  "sso.write": "aw",
  "audit.read": "aw",
  "audit.export": "aw",
  "quota.read": "vboaw",
  "usage.read": "vboaw",
  "billing.read": "baw",
  "billing.write": "bw",
  "project.read": "voaw",
  "project.write": "aw",
  "environment.read": "voaw",
  "environment.write": "aw",
  "fleet.read": "voaw",
  "fleet.write": "aw",
  "agent.read": "voaw",
  "agent.operate": "oaw",
  "agent.revoke": "aw",
  "agent.delete": "aw",
  "enrollment_token.read": "voaw",
  "enrollment_token.write": "aw",
  "config.read": "voaw",
  "config.write": "oaw",
  "variable.read": "voaw",
  "variable.write": "oaw",
  "secret.read": "oaw",
  "secret.write": "aw",
  "rollout.read": "voaw",
  "rollout.write": "oaw",
  "rollout.approve": "oaw",
  "rollout.override_freeze": "aw",
  "exec.read": "aw",
  "exec.run": "aw",
  "log.read": "oaw",
  "event.read": "voaw",
  "webhook_key.read": "aw",
  "webhook_key.write": "aw",
};
const letters: Record<Role, string> = { viewer: "v", billing: "b", operator: "o", admin: "a", owner: "w" };

describe("every permission × role", () => {
  it.each(permissions.flatMap((permission) => roles.map((role) => [permission, role] as const)))(
    "%s by %s",
    (permission, role) => {
      expect(can([ofRole(role)], permission)).toBe(table[permission].includes(letters[role]));
    },
  );

  it("holds only what exists, and tells of each what it is", () => {
    for (const pattern of Object.values(rolePermissions).flat())
      expect(isPermissionPattern(pattern)).toBe(true);
    expect(Object.keys(permissionSummaries).toSorted()).toEqual([...permissions].toSorted());
  });
});

describe("deciding", () => {
  const allow = (permissions: PermissionPattern[], ...within: Scope[]): Statement => ({
    effect: "allow",
    permissions,
    within,
    source: "allowed",
  });
  const deny = (permissions: PermissionPattern[], ...within: Scope[]): Statement => ({
    ...allow(permissions, ...within),
    effect: "deny",
    source: "denied",
  });
  const prod: Scope = { kind: "environment", projectId: "prj_1", environmentId: "env_1" };

  it("lets nobody in whom nothing lets in", () => {
    expect(can([], "fleet.read")).toBe(false);
    expect(can([[]], "fleet.read")).toBe(false);
  });

  it("lets a denial win over whatever allows, and names it", () => {
    const access = [[allow(["*"], everywhere), deny(["rollout.*"], prod)]];
    const place = { projectId: "prj_1", environmentId: "env_1" } as const;
    expect(decide(access, "rollout.write", place)).toEqual({ verdict: "deny", by: [access[0]?.[1]] });
    expect(can(access, "rollout.write", { projectId: "prj_1", environmentId: "env_2" })).toBe(true);
    expect(can(access, "config.read", place)).toBe(true);
  });

  it("asks every list: a key has no more than whom it stands for, nor they by it", () => {
    const key = [allow(["rollout.*"], everywhere)];
    const person = ofRole("viewer");
    expect(can([key, person], "rollout.write")).toBe(false);
    expect(can([key, person], "config.read")).toBe(false);
    expect(can([key, ofRole("operator")], "rollout.write")).toBe(true);
  });

  it("shows from below what must be read to get there, and nothing beside it", () => {
    const access = [statementsOf("viewer", undefined, prod, "the test")];
    expect(can(access, "project.read", { projectId: "prj_1" })).toBe(true);
    expect(can(access, "organization.read")).toBe(true);
    expect(can(access, "project.read", { projectId: "prj_2" })).toBe(false);
    expect(can(access, "member.read")).toBe(false);
    expect(can(access, "event.read", { projectId: "prj_1" })).toBe(false);
    expect(visibleProjects(access, "project.read")).toEqual({ only: ["prj_1"], except: [] });
    expect(visibleEnvironments(access, "fleet.read", "prj_1")).toEqual({ only: ["env_1"], except: [] });
  });

  it("decides on agents by their labels, and says so while it does not know them", () => {
    const blue: Scope = { kind: "agents", selector: "color=blue" };
    const access = [[allow(["agent.*"], blue)]];
    const place = { projectId: "prj_1", environmentId: "env_1" } as const;
    expect(decide(access, "agent.operate", place).verdict).toBe("partly");
    expect(can(access, "agent.operate", { ...place, labels: { color: "blue" } })).toBe(true);
    expect(can(access, "agent.operate", { ...place, labels: { color: "red" } })).toBe(false);
    const all = [[allow(["agent.*"], everywhere), deny(["agent.operate"], blue)]];
    expect(decide(all, "agent.operate", place).verdict).toBe("partly");
    expect(decide(all, "agent.read", place).verdict).toBe("allow");
  });
});

describe("laws, over random statements", () => {
  it("agrees with the plain model at every place", () => {
    fc.assert(
      fc.property(worlds.access, worlds.permission, worlds.place, (access, permission, place) => {
        expect(decide(access, permission, place).verdict).toBe(naiveDecide(access, permission, place));
      }),
      { numRuns: 2_000 },
    );
  });

  it("never allows what is denied by name there", () => {
    fc.assert(
      fc.property(worlds.access, worlds.fullPlace, worlds.permission, (access, place, permission) => {
        const denied: Statement = {
          effect: "deny",
          permissions: [permission],
          within: [{ kind: "environment", projectId: place.projectId, environmentId: place.environmentId }],
          source: "the law",
        };
        for (const [at] of access.entries()) {
          const more = access.map((list, index) => (index === at ? [...list, denied] : list));
          expect(decide(more, permission, place).verdict).toBe("deny");
        }
      }),
    );
  });

  it("shows of lists exactly what may be read one by one", () => {
    fc.assert(
      fc.property(worlds.access, worlds.permission, (access, permission) => {
        const projects = visibleProjects(access, permission);
        const places = visiblePlaces(access, permission);
        const shown = <T extends string>({ only, except }: { only?: T[]; except: T[] }, id: T) =>
          only ? only.includes(id) : !except.includes(id);
        const seen: boolean[] = [];
        for (const projectId of worlds.projectIds) {
          const whole = decide(access, permission, { projectId }).verdict !== "deny";
          expect(shown(projects, projectId)).toBe(whole);
          const environments = visibleEnvironments(access, permission, projectId);
          for (const environmentId of worlds.environmentsOf(projectId)) {
            const one = decide(access, permission, { projectId, environmentId }).verdict !== "deny";
            expect(shown(environments, environmentId)).toBe(one);
            expect(isVisible(places, projectId, environmentId)).toBe(one);
            seen.push(one);
          }
        }
        if (seesEverything(places)) expect(seen).not.toContain(false);
        if (seesNothing(places)) expect(seen).not.toContain(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("hands the fleet a filter that passes exactly the agents that may be seen", () => {
    fc.assert(
      fc.property(worlds.access, worlds.fullPlace, worlds.labels, (access, place, labels) => {
        const passes = labelMatcher(labelFilter(access, "agent.read", place));
        expect(passes(labels)).toBe(can(access, "agent.read", { ...place, labels }));
      }),
      { numRuns: 2_000 },
    );
  });

  it("lets everybody give what they have, as they have it", () => {
    fc.assert(
      fc.property(worlds.statements, (statements) => {
        expect(exceeds([statements], statements)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it("never lets anybody give what they may not do somewhere", () => {
    let let_through = 0;
    fc.assert(
      fc.property(worlds.access, worlds.statements, (access, wanted) => {
        if (exceeds(access, wanted)) return;
        let_through++;
        expect(naiveExceeds(access, wanted)).toBe(null);
      }),
      { numRuns: 5_000 },
    );
    expect(let_through).toBeGreaterThan(100);
  });
});

describe("names", () => {
  it("know when a scope by labels means something", () => {
    expect(mayBeScopedByLabels(["agent.*", "exec.run", "log.read"])).toBe(true);
    expect(mayBeScopedByLabels(["agent.read", "fleet.read"])).toBe(false);
    expect(mayBeScopedByLabels(["*"])).toBe(false);
  });

  it("tell the nearest of what was mistyped", () => {
    expect(permissionNameProblem("rollout.write")).toBeNull();
    expect(permissionNameProblem("rollouts.write")).toContain("did you mean rollout.write?");
    expect(permissionNameProblem("confg.*")).toContain("did you mean config.*?");
    expect(permissionNameProblem("zzzzzzzz")).toContain("/v1/permissions");
    expect(matchesPermission("rollout.*", "rollout.read")).toBe(true);
    expect(matchesPermission("rollout.*", "role.read")).toBe(false);
  });
});
