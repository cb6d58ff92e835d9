import { execFile, spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWorld, type World } from "./testing/world.ts";

const launcher = fileURLToPath(new URL("../bin/muster.mjs", import.meta.url));

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const complete = async (...words: string[]) => {
  const { code, stdout } = await world.muster(["__complete", "--", ...words]);
  expect(code).toBe(0);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t")[0]);
};

describe("what may come next", () => {
  it("are commands, with what they do", async () => {
    expect(await complete("roll")).toEqual(["rollouts"]);
    expect(await complete("teams", "")).toEqual([
      "list",
      "get",
      "create",
      "update",
      "delete",
      "members",
      "add",
      "remove",
    ]);
    expect(await complete("account", "two-factor", "")).toEqual(["show", "enable", "confirm", "disable"]);
    expect(await complete("rollout", "ab")).toEqual(["abort"]);
    expect(await complete("")).not.toContain("__complete");
    const { stdout } = await world.muster(["__complete", "--", "quo"]);
    expect(stdout).toBe("quotas\tShow what the plan allows, and how much of it is used\n");
  });

  it("are flags of the command and of all commands", async () => {
    expect(await complete("agents", "list", "--st")).toEqual(["--status"]);
    expect(await complete("deploy", "--d")).toEqual(["--dry-run"]);
    expect(await complete("deploy", "--js")).toEqual(["--json"]);
    expect(await complete("--o")).toEqual(["--org"]);
  });

  it("are the values of a flag or an argument that takes one of a list", async () => {
    expect(await complete("agents", "list", "--status", "o")).toEqual(["online", "offline"]);
    expect(await complete("agents", "list", "--status=o")).toEqual(["--status=online", "--status=offline"]);
    expect(await complete("agents", "list", "--status", "=", "o")).toEqual([
      "--status=online",
      "--status=offline",
    ]);
    expect(await complete("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await complete("access", "explain", "someone", "rollout.w")).toEqual(["rollout.write"]);
  });

  it("are names that the server knows, where one works", async () => {
    expect(await complete("agents", "get", "")).toEqual(["web-1"]);
    expect(await complete("agents", "get", "x")).toEqual([]);
    expect(await complete("fleets", "list", "--project", "")).toEqual(["shop"]);
    expect(await complete("--fleet", "web", "configs", "show", "gr")).toEqual(["greeting"]);
    expect(await complete("members", "update", "ada@example.com", "--role", "")).toEqual([
      "viewer",
      "billing",
      "operator",
      "admin",
      "owner",
      "deployer",
    ]);
    await complete("--fleet", "other", "agents", "get", "");
    expect(world.server.seen.at(-1)?.path).toMatch(/\/fleets$/);
  });

  it("are none, and no error, when the server cannot be asked", async () => {
    await world.server.close();
    expect(await complete("agents", "get", "")).toEqual([]);
    expect(await complete("agents", "list", "--label", "")).toEqual([]);
    expect(await complete("configs", "validate", "")).toEqual([]);
  });
});

/** A folder with `muster` in it, as a shell finds it. */
async function installed(): Promise<Record<string, string>> {
  const bin = join(world.home, "bin");
  await mkdir(bin);
  const program = join(bin, "muster");
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`);
  await chmod(program, 0o755);
  return {
    HOME: world.home,
    XDG_CONFIG_HOME: world.home,
    MUSTER_URL: world.server.url,
    MUSTER_API_KEY: "mk_test",
    PATH: `${bin}${delimiter}${process.env.PATH}`,
  };
}

it("completes in a real bash", async () => {
  const { stdout: completion } = await world.muster(["completion", "bash"]);
  const script = `
    ${completion}
    try() { COMP_WORDS=(muster "$@"); COMP_CWORD=$#; _muster; echo "\${COMPREPLY[@]}"; }
    try agents list --st
    try rollouts ab
    try agents list --status = o
    try agents get ""
    try roles get de`;
  const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-c", script], {
    env: await installed(),
  });
  expect(stderr).toBe("");
  expect(stdout).toBe("--status\nabort\nonline offline\nweb-1\ndeployer\n");
}, 60_000);

/** The real shells are driven by `test/hosts/completion.hosts.test.ts`, which installs them. */
it.each([
  ["zsh", ["-n"]],
  ["fish", ["--no-execute"]],
] as const)("prints a script that %s can read, where there is one", async (shell, flags) => {
  const { stdout } = await world.muster(["completion", shell]);
  expect(stdout).toContain("muster __complete -- ");
  const file = join(world.home, `completion.${shell}`);
  await writeFile(file, stdout);
  const { error, status, stderr } = spawnSync(shell, [...flags, file], { encoding: "utf8" });
  expect({ status: error ? 0 : status, stderr: stderr ?? "" }).toEqual({ status: 0, stderr: "" });
});
