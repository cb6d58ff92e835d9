import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { placesFor } from "../commands/install.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { userPlaces } from "./places.ts";
import { rightsProblem, scriptRights } from "./rights.ts";
import { serviceScript } from "./script.ts";
import { noRights } from "./systemd.ts";

const common = ["sh", "cat", "date", "sleep", "mkdir", "dirname", "grep", "rm", "id", "tr", "ps", "pkill"];

/** A PATH with nothing but these. */
function pathOf(programs: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of programs) {
    const found = execFileSync("sh", ["-c", 'command -v "$1"', "sh", name], { encoding: "utf8" }).trim();
    symlinkSync(found, join(folder, name));
  }
  return folder;
}

describe.each<[string, string[]]>([
  ["with setsid", [...common, "setsid"]],
  ["as macOS has it, without setsid", [...common, "nohup"]],
])("the service script of a user, %s", (_, programs) => {
  it("starts the agent once, keeps it, tells of it, and ends it", () => {
    const home = temporaryFolder();
    const places = userPlaces({ HOME: home });
    const mark = join(home, "runs");
    for (const folder of [".local/bin", ".local/lib/muster-agent", ".config/muster-agent"])
      mkdirSync(join(home, folder), { recursive: true });
    // What "status" ends with, and what is wrong with the settings.
    const code = join(home, "code");
    const wrong = join(home, "wrong");
    const stub = [
      `[ "$1" != status ] || exit "$(cat '${code}' 2>/dev/null || echo 0)"`,
      `case "$*" in *--check) cat '${wrong}' 2>/dev/null && exit 1; exit 0 ;; esac`,
    ].join("\n");
    const program = `#!/bin/sh\n${stub}\n[ "$1" = run ] || exit 0\necho "$MUSTER_TOKEN $$" >>'${mark}'\nexec sleep 600\n`;
    writeFileSync(places.binary, program, { mode: 0o755 });
    writeFileSync(places.settings, "endpoint: ws://127.0.0.1:9/v1/opamp\n");
    writeFileSync(places.environment, "MUSTER_TOKEN=once\n");
    writeFileSync(places.script, serviceScript(places), { mode: 0o755 });
    const env = { HOME: home, PATH: pathOf(programs) };
    const service = (what: string) => spawnSync("/bin/sh", [places.script, what], { env, encoding: "utf8" });
    onTestFinished(() => void service("stop"));

    expect(service("start")).toMatchObject({ status: 0, stdout: expect.stringContaining("started") });
    execFileSync("sh", [
      "-c",
      'n=0; until [ -s "$1" ] || [ $n -gt 200 ]; do n=$((n+1)); sleep 0.1; done',
      "sh",
      mark,
    ]);
    const [token, pid] = readFileSync(mark, "utf8").trim().split(" ");
    expect(token).toBe("once");
    expect(service("start").stdout).toContain("runs already");
    expect(service("status")).toMatchObject({ status: 0 });
    writeFileSync(code, "3");
    expect(service("status")).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("again and again"),
    });
    writeFileSync(wrong, "agent.yaml:2: unknown key\n");
    expect(service("restart")).toMatchObject({
      status: 6,
      stdout: expect.stringContaining("agent.yaml:2: unknown key"),
      stderr: expect.stringContaining("what ran still runs"),
    });
    process.kill(Number(pid), 0);
    expect(service("stop").stdout).toContain("stopped");
    expect(service("status").status).toBe(3);
    expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH");
    expect(readFileSync(mark, "utf8").trim().split("\n")).toHaveLength(1);
  });
});

it("is for one user on macOS: root is told so before anything is made", () => {
  vi.spyOn(process, "platform", "get").mockReturnValue("darwin");
  onTestFinished(() => void vi.restoreAllMocks());
  expect(() => placesFor(false)).toThrow("on macOS it is installed for one user");
});

describe("named rights", () => {
  it("are what the start script hands on, or nothing", () => {
    expect(scriptRights(noRights)).toBeNull();
    const given = { writable: ["/etc/haproxy"], capabilities: ["CAP_NET_BIND_SERVICE"], groups: ["docker"] };
    expect(rightsProblem(given)).toBeNull();
    expect(scriptRights(given)).toBe("capabilities='+net_bind_service'\ngroups='docker'\n");
  });

  it.each([
    [{ ...noRights, capabilities: ["net'; rm -rf /"] }, "--capability"],
    [{ ...noRights, groups: ["a b"] }, "--group"],
    [{ ...noRights, writable: ["etc"] }, "--writable"],
    [{ ...noRights, writable: ["/etc\nUser=root"] }, "--writable"],
  ])("%j are refused before anything is written", (rights, option) => {
    expect(rightsProblem(rights)).toContain(option);
  });
});
