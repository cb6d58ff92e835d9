/** Completion in the shells themselves: zsh at a terminal of its own, fish by its own engine. */
import { spawn, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../harness/until.ts";

const launcher = fileURLToPath(new URL("../../bin/muster.mjs", import.meta.url));

let home: string;
let env: Record<string, string>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "muster-completion-"));
  const bin = join(home, "bin");
  await mkdir(bin);
  const program = join(bin, "muster");
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`);
  await chmod(program, 0o755);
  env = {
    HOME: home,
    XDG_CONFIG_HOME: home,
    TERM: "xterm",
    PATH: `${bin}${delimiter}${process.env.PATH}`,
  };
});
afterAll(() => rm(home, { recursive: true, force: true }));

it("fish offers commands with what they do, flags and values", () => {
  const ask = (line: string) => {
    const script = `source (muster completion fish | psub); complete -C ${JSON.stringify(line)}`;
    const run = spawnSync("fish", ["--no-config", "-c", script], {
      encoding: "utf8",
      env,
      cwd: home,
      timeout: 60_000,
    });
    if (run.error) throw new Error("fish is not installed. Run `npm run test:hosts`, which installs it.");
    expect(run.stderr).toBe("");
    return run.stdout.trim().split("\n");
  };
  expect(ask("muster rollouts ab")).toEqual(["abort\tStop a rollout; no further agent is touched"]);
  expect(ask("muster agents list --status o").sort()).toEqual(["offline", "online"]);
  expect(ask("muster agents list --st")).toEqual([expect.stringMatching(/^--status\t/)]);
  expect(ask("muster configs validate bi")).toEqual([expect.stringMatching(/^bin\//)]);
}, 120_000);

it("zsh completes at its prompt", async () => {
  const child = spawn("script", ["-qfec", "zsh -f -i", "/dev/null"], { env, cwd: home });
  let seen = "";
  child.stdout.on("data", (chunk) => {
    seen += String(chunk);
  });
  const type = (text: string) => child.stdin.write(text);
  const shown = (what: string, pattern: RegExp) =>
    until(what, async () => (pattern.test(seen) ? true : null));
  try {
    type(
      `autoload -Uz compinit && compinit -u -D && source <(muster completion zsh) && PS1='READY> ' && echo S'ET UP'\n`,
    );
    await shown("zsh set up", /SET UP[\s\S]*READY> /);
    type("muster rollouts ab\t");
    await shown("the command completed", /muster rollouts abort/);
    type("\u0015muster agents list --status onl\t");
    await shown("the value completed", /--status online/);
  } finally {
    child.kill("SIGKILL");
  }
}, 120_000);
