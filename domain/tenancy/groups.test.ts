import { describe, expect, it } from "vitest";
import { domainOf, type GroupMap, groupsOf, membershipByGroups } from "./groups.ts";

const payments = "tea_01JD0000000000000000000000";
const auditors = "rle_01JD0000000000000000000000";
const map: GroupMap = {
  groupRoles: [
    { group: "ops", role: "operator", teamId: null },
    { group: "leads", role: "admin", teamId: payments },
    { group: "pay", role: null, teamId: payments },
    { group: "audit", role: auditors, teamId: null },
  ],
  defaultRole: null,
};
const withDefault: GroupMap = { ...map, defaultRole: "viewer" };

describe("somebody new", () => {
  it("has the role of the first line that matches, and the others beside it", () => {
    expect(membershipByGroups(map, ["audit", "leads", "ops"], null)).toEqual({
      kind: "member",
      role: "operator",
      ssoRole: "operator",
      bindings: ["admin", auditors],
      teams: [payments],
    });
  });

  it("has the default role when no group gives one, and the teams all the same", () => {
    expect(membershipByGroups(withDefault, ["pay", "strangers"], null)).toEqual({
      kind: "member",
      role: "viewer",
      ssoRole: "viewer",
      bindings: [],
      teams: [payments],
    });
  });

  it("is nobody without a group and without a default", () => {
    expect(membershipByGroups(map, ["strangers"], null)).toEqual({ kind: "none", leaves: false });
    expect(membershipByGroups(map, [], null)).toEqual({ kind: "none", leaves: false });
  });
});

describe("a member whose role the groups gave", () => {
  const held = { role: "operator", ssoRole: "operator" } as const;

  it("changes with the groups, up and down", () => {
    expect(membershipByGroups(map, ["leads"], held)).toMatchObject({ role: "admin", ssoRole: "admin" });
    expect(membershipByGroups(withDefault, [], held)).toMatchObject({
      role: "viewer",
      bindings: [],
      teams: [],
    });
  });

  it("leaves when no group gives anything any more", () => {
    expect(membershipByGroups(map, [], held)).toEqual({ kind: "none", leaves: true });
  });
});

describe("a member whose role was given by hand", () => {
  it.each([{ role: "owner", ssoRole: null } as const, { role: "owner", ssoRole: "operator" } as const])(
    "keeps it whatever the groups say, and has theirs beside it",
    (held) => {
      expect(membershipByGroups(map, ["ops"], held)).toEqual({
        kind: "member",
        role: "owner",
        ssoRole: null,
        bindings: ["operator"],
        teams: [],
      });
      expect(membershipByGroups(map, [], held)).toMatchObject({
        kind: "member",
        role: "owner",
        bindings: [],
      });
    },
  );

  it("is not given the same role twice", () => {
    expect(membershipByGroups(map, ["ops"], { role: "operator", ssoRole: null })).toMatchObject({
      role: "operator",
      bindings: [],
    });
  });
});

it("reads groups as a list or one name, and takes nothing else for one", () => {
  expect(groupsOf(["a", 1, "", null, "b"])).toEqual(["a", "b"]);
  expect(groupsOf("a")).toEqual(["a"]);
  expect(groupsOf(undefined)).toEqual([]);
  expect(groupsOf({ a: true })).toEqual([]);
});

it("reads a domain behind the last @", () => {
  expect(domainOf("Ada@Example.COM")).toBe("example.com");
  expect(domainOf('"a@evil.test"@example.com')).toBe("example.com");
  expect(domainOf("example.com")).toBe("");
  expect(domainOf("@example.com")).toBe("");
});
