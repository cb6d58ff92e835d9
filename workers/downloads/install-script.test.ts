import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { installScript } from "./install-script.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "muster-home-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function uninstall(...options: string[]): { status: number | null; said: string } {
  const script = installScript("http://muster.example", {
    version: "1.0.0",
    artifacts: [],
  } as unknown as Parameters<typeof installScript>[1]);
  const { status, stdout, stderr } = spawnSync("sh", ["-s", "--", "--user", "--uninstall", ...options], {
    input: script,
    env: { HOME: home, PATH: process.env.PATH },
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

it("removes what an uninstallation before kept, once --purge is given", () => {
  const settings = join(home, ".config/muster-agent/agent.yaml");
  const stateDir = join(home, ".local/state/muster-agent");
  const kept = [settings, join(stateDir, "state.json")];
  for (const path of kept) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  const refused = uninstall();
  expect(refused.status).toBe(1);
  expect(refused.said).toContain("--uninstall --purge removes what is left: ");
  expect(uninstall("--purge", "--dry-run").said).toContain(`would remove ${stateDir}`);
  for (const path of kept) expect(existsSync(path)).toBe(true);
  const purged = uninstall("--purge");
  expect(purged.said).toContain("Nothing of the agent is left here");
  expect(purged.status).toBe(0);
  expect(existsSync(dirname(settings))).toBe(false);
  expect(existsSync(stateDir)).toBe(false);
});

it("says that there is nothing where there is nothing", () => {
  const { status, said } = uninstall("--purge");
  expect(status).toBe(1);
  expect(said).toContain("there is no agent to remove here");
});
