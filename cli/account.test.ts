import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { problemAnswer } from "./testing/server.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

describe("muster account password", () => {
  it("takes the present and the new one from standard input", async () => {
    const stdin = "old password\nnew password 123\n";
    const { code } = await world.muster(["account", "password", "--stdin"], { stdin });
    expect(code).toBe(0);
    expect(world.sent("POST", "/me/password")?.body).toEqual({
      currentPassword: "old password",
      password: "new password 123",
    });
  });

  it("leaves the present one out where there is none", async () => {
    await world.muster(["account", "password", "--stdin"], { stdin: "\nnew password 123\n" });
    expect(world.sent("POST", "/me/password")?.body).toEqual({ password: "new password 123" });
    expect((await world.muster(["account", "password", "--stdin"], { stdin: "only one" })).code).toBe(2);
    expect((await world.muster(["account", "password"])).code).toBe(2);
  });
});

describe("showing that it is you", () => {
  it("sends password and code", async () => {
    const argv = ["account", "confirm", "--password-stdin", "--code", "492039"];
    expect((await world.muster(argv, { stdin: "correct horse\n" })).code).toBe(0);
    expect(world.sent("POST", "/auth/confirm")?.body).toEqual({ password: "correct horse", code: "492039" });
  });

  it("is asked for by what is sensitive; without a terminal it says which command", async () => {
    world.routes["DELETE /v1/orgs/*"] = () =>
      problemAnswer("reauthentication_required", "Confirm that it is you.");
    const { code, stderr } = await world.muster(["orgs", "delete", "acme", "--confirm", "acme"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/Confirm that it is you\. Run `muster account confirm` first/);
  });
});

describe("what cannot be taken back", () => {
  it.each([
    [["members", "remove", "ada@example.com"]],
    [["orgs", "leave", "acme"]],
    [["orgs", "transfer", "ada@example.com"]],
    [["teams", "delete", "payments"]],
    [["roles", "delete", "deployer"]],
    [["keys", "revoke", "ci"]],
    [["service-accounts", "delete", "ci"]],
    [["sso", "delete", "okta"]],
    [["invitations", "revoke", "grace@example.com"]],
    [["account", "sign-out-everywhere"]],
  ])("%j asks, and without a terminal wants --yes; nothing is sent", async (argv) => {
    const { code, stderr } = await world.muster(argv);
    expect(code).toBe(2);
    expect(stderr).toContain("Pass --yes");
    expect(world.server.seen.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("an organization goes only by its slug", async () => {
    const wrong = await world.muster(["orgs", "delete", "acme", "--confirm", "Acme"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('"Acme" is not its slug, acme');
    expect((await world.muster(["orgs", "delete", "acme"])).stderr).toContain("--confirm acme");
    expect(world.sent("DELETE", "")).toBeUndefined();
  });
});

describe("scopes", () => {
  const bind = (scope: string) =>
    world.muster([
      "bindings",
      "create",
      "--subject",
      "ada@example.com",
      "--role",
      "viewer",
      "--scope",
      scope,
    ]);
  const projectId = "prj_01JD0000000000000000000001";
  const environmentId = "env_01JD0000000000000000000001";

  it.each([
    ["organization", { kind: "organization" }],
    ["project:shop", { kind: "project", projectId }],
    ["environment:shop/production", { kind: "environment", projectId, environmentId }],
    ["agents:role=web,region!=eu", { kind: "agents", selector: "role=web,region!=eu" }],
    [`{"kind":"project","projectId":"${projectId}"}`, { kind: "project", projectId }],
  ])("%s is sent as the API has it", async (written, scope) => {
    expect((await bind(written)).code).toBe(0);
    expect(world.sent("POST", "/bindings")?.body).toMatchObject({ role: "viewer", scope });
  });

  it.each([
    ["nowhere", 2, "not a scope"],
    ["environment:production", 2, "environment:<project>/<environment>"],
    ["project:none", 4, 'No project "none"'],
    ['{"kind":"x"}', 2, "not a scope"],
    ["{", 2, "not JSON"],
  ])("%s is refused with %i", async (written, exit, message) => {
    const { code, stderr } = await bind(written);
    expect(code).toBe(exit);
    expect(stderr).toContain(message);
  });
});
