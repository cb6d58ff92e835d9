/** Configs at a terminal, against the real runtime and real agents: written, looked at, brought to the next fleet, refused. */
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const launcher = fileURLToPath(new URL("../../bin/muster.mjs", import.meta.url));
const email = "ada@example.com";
const password = "correct horse battery";
const folders = { blue: temporaryFolder(), web: temporaryFolder() };
const agents: AgentProcess[] = [];
const proxy =
  "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n\n" +
  "frontend web\n  bind :8080\n  default_backend app\n\nbackend app\n  server a ${var:UPSTREAM}:9000\n";

let runtime: RunningRuntime;
let terminal: Terminal;

const write = (name: string, text: string) => writeFile(join(terminal.home, name), text);
const onDisk = (fleet: keyof typeof folders, name: string) => readFile(join(folders[fleet], name), "utf8");
const edit = (editor: string, ...more: string[]) =>
  terminal.muster(["configs", "edit", "edge", ...more], { env: { EDITOR: editor } });
const latest = async () => (await terminal.json(["configs", "get", "edge"])).latestVersion;
const rollouts = async (fleet: string) =>
  (await terminal.json(["rollouts", "list", "--fleet", fleet])).items.length;

async function done(argv: string[]): Promise<string> {
  const ran = await terminal.muster(argv);
  expect(ran, `${argv.join(" ")}\n${ran.stderr}`).toMatchObject({ code: 0 });
  return ran.stdout;
}

beforeAll(async () => {
  terminal = await openTerminal();
  runtime = await startRuntime();
  await signUpByMail(runtime, { email, password, organizationName: "Acme" });
  const login = ["login", "--url", runtime.url, "--email", email, "--password-stdin"];
  expect(await terminal.muster(login, { stdin: `${password}\n` })).toMatchObject({ code: 0 });
  await done(["environments", "create", "staging"]);
  await done(["fleets", "create", "blue", "--environment", "staging"]);
  const [{ slug: production }] = (await terminal.json(["environments", "list"])).items;
  await done(["fleets", "create", "web", "--environment", production]);
  await done(["variables", "set", "UPSTREAM", "blue.example.com", "--environment", "staging"]);
  await done(["variables", "set", "UPSTREAM", "web.example.com", "--environment", production]);
  for (const [fleet, folder] of Object.entries(folders)) {
    const { secret } = await terminal.json(["tokens", "create", "--fleet", fleet]);
    const args = ["--config-dir", folder, "--label", "role=proxy", "--label", "region=eu"];
    agents.push(startAgentProcess({ url: runtime.url, token: secret, name: `${fleet}-1`, args }));
  }
  for (const fleet of Object.keys(folders)) {
    const list = ["agents", "list", "--fleet", fleet, "--status", "online"];
    await until(`an agent in ${fleet}`, async () => (await terminal.json(list)).items.length === 1, 60_000);
  }
  await write("edge.cfg", proxy);
  await done([
    ...["configs", "create", "edge", "--kind", "haproxy", "--file", "edge.cfg", "-m", "first"],
    ...["--label", "team=edge"],
  ]);
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await terminal?.close();
  await runtime?.stop();
});

it("saves what an editor made, keeps what must not be saved, and shows it between versions", async () => {
  const checked = await terminal.muster(["configs", "validate", "edge.cfg", "--kind", "haproxy"]);
  expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining("valid as haproxy") });
  await write("bad.cfg", proxy.replace("bind", "blind"));
  const bad = await terminal.muster(["configs", "validate", "bad.cfg", "--config", "edge", "--json"]);
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout)).toMatchObject({
    valid: false,
    diagnostics: [{ code: "no_listener" }, { code: "unknown_keyword", line: 8, column: 3 }],
  });

  const broken = await edit("sed -i s/bind/blind/");
  expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining("haproxy.cfg:8:3: error") });
  const kept = /Mend (\S+),/.exec(broken.stderr)?.[1] ?? "";
  expect(await readFile(kept, "utf8")).toContain("blind :8080");
  expect(await edit("true")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("Nothing was changed"),
  });
  expect(await edit("false")).toMatchObject({ code: 1, stderr: expect.stringContaining("ended with 1") });
  expect(await latest()).toBe(1);

  const saved = await edit("sed -i s/5s/9s/", "-m", "slower connects");
  expect(saved, saved.stderr).toMatchObject({ code: 0 });
  expect(saved.stderr).toContain("-  timeout connect 5s\n+  timeout connect 9s\n");
  const listed = (await terminal.json(["configs", "versions", "edge"])).items;
  expect(listed[0]).toMatchObject({ number: 2, message: "slower connects" });
  expect(listed[0].author).toContain(email);

  // Somebody else saves while the editor is open.
  await write("other.cfg", proxy.replace("30s", "40s"));
  const script = join(terminal.home, "slow-editor.sh");
  const push = `"${process.execPath}" "${launcher}" configs push edge "${terminal.home}/other.cfg"`;
  await writeFile(script, `#!/bin/sh\n${push} >&2 && sed -i s/9s/11s/ "$1"\n`);
  await chmod(script, 0o700);
  const late = await edit(script);
  expect(late, late.stderr).toMatchObject({ code: 5 });
  const text = /Your text is kept in (\S+)\.\n/.exec(late.stderr)?.[1] ?? "";
  expect(await readFile(text, "utf8")).toContain("11s");
  expect(await latest()).toBe(3);

  const unified = await done(["configs", "diff", "edge", "1", "2", "-U", "0"]);
  expect(unified).toMatch(/^--- edge@1\n\+\+\+ edge@2\n@@ .*@@\n-.*5s\n\+.*9s\n$/);
  expect(await done(["configs", "diff", "edge", "1", "2", "--side-by-side"])).toMatch(
    /3 {3}timeout connect 5s +\| 3 {3}timeout connect 9s/,
  );
  await done(["configs", "draft", "save", "edge", "edge.cfg"]);
  const json = await terminal.json(["configs", "diff", "edge", "latest", "draft"]);
  expect(json).toMatchObject({ from: { name: "edge@3" }, to: { name: expect.stringContaining("draft") } });
  expect(json.unified).toContain("+  timeout client 30s");
});

it("shows what one agent would get, against what is wanted, applied and effective", async () => {
  const render = ["configs", "render", "--fleet", "blue", "--agent", "blue-1"];
  expect(await done([...render, "--config", "edge@2"])).toContain("server a blue.example.com:9000");
  const deploy = ["deploy", "--fleet", "blue", "--config", "edge@2", "--selector", "role=proxy"];
  await done([...deploy, "--soak", "0s", "--wait"]);
  expect(await onDisk("blue", "haproxy.cfg")).toContain("server a blue.example.com:9000");
  for (const side of ["desired", "applied", "effective"]) {
    const shown = await done([...render, "--config", "edge@1", "--against", side]);
    expect(shown, side).toContain("-  timeout connect 9s\n+  timeout connect 5s");
    expect(shown).toContain("because: edge v2 → v1");
  }
  const { change, reasons } = await terminal.json(render);
  expect({ change, reasons }).toEqual({ change: "unchanged", reasons: [] });
});

it("brings what runs in one fleet to another, by the plan that it showed", async () => {
  const promote = ["configs", "promote", "edge", "--to", "web"];
  const from = [...promote, "--from-environment", "staging"];
  const shown = await done([...from, "--dry-run"]);
  expect(shown).toContain("edge@2, which runs in blue; it is new there");
  expect(shown).toContain("edge@2 as haproxy.cfg for role=proxy: 1 agent");
  const unasked = await terminal.muster(from);
  expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("Pass --yes") });
  // A plan's token holds its terms too.
  const gates = ["--soak", "0s"];
  const { planToken } = await terminal.json([...from, ...gates, "--dry-run"]);
  expect(await rollouts("web")).toBe(0);
  const other = ["configs", "promote", "edge@1", "--to", "web", "--yes", ...gates];
  expect(await terminal.muster([...other, "--plan-token", planToken])).toMatchObject({ code: 5 });
  expect(await rollouts("web")).toBe(0);

  const terms = ["--yes", ...gates, "--wait", "-m", "proved in staging"];
  await done([...from, ...terms, "--plan-token", planToken]);
  expect(await onDisk("web", "haproxy.cfg")).toBe(
    proxy.replace("5s", "9s").replace("${var:UPSTREAM}", "web.example.com"),
  );
  const again = await done([...promote, "--from", "blue", "--yes"]);
  expect(again).toContain("is given edge@2 already. Nothing was done.");
  expect(await rollouts("web")).toBe(1);

  await done(["configs", "labels", "set", "edge", "known-good", "1"]);
  await done(["configs", "promote", "edge@known-good", "--to", "web", ...terms]);
  expect(await onDisk("web", "haproxy.cfg")).toContain("timeout connect 5s");
});

it("refuses two configs for one file on one agent, by their names, one by one and in bulk", async () => {
  await done([
    "configs",
    "create",
    "other",
    "--kind",
    "haproxy",
    "--file",
    "other.cfg",
    "--label",
    "team=edge",
  ]);
  const before = await rollouts("web");
  const twice = await terminal.muster([
    ...["deploy", "--fleet", "web", "--config", "edge", "--config", "other", "--selector", ""],
  ]);
  expect(twice.code).toBe(1);
  expect(twice.stderr).toMatch(
    /edge v3 \(every agent\) and other v1 \(every agent\) both write the file "haproxy.cfg"/,
  );
  // Nobody knows before the agents' labels are looked at.
  const byLabels = ["--selector", "role=proxy", "--selector", "region=eu", "--dry-run"];
  const both = ["deploy", "--fleet", "web", "--config", "edge", "--config", "other", ...byLabels];
  const met = await terminal.muster(both);
  expect(met.code).toBe(1);
  expect(met.stderr).toMatch(/edge v3 \(role=proxy\) and other v1 \(region=eu\) both write/);
  expect(met.stderr).toContain("web-1");

  const bulk = ["deploy", "--fleet", "web", "--configs", "team=edge"];
  const all = await terminal.muster([...bulk, "--selector", ""]);
  expect(all).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/edge v3 .* and other v1 .* both write/),
  });
  expect(await rollouts("web")).toBe(before);
  const apart = [...bulk, "--selector", "", "--file-name", "conf.d/{config}.cfg", "--only"];
  await done([...apart, "--soak", "0s", "--wait"]);
  expect(await onDisk("web", "conf.d/edge.cfg")).toContain("timeout client 40s");
  expect(await onDisk("web", "conf.d/other.cfg")).toContain("timeout client 40s");
});

it("does not take over what agents are given in another form, and says where to change it", async () => {
  const manifest = `# by hand\nimage: {ref: "registry.example.com/app@sha256:${"a".repeat(64)}"}\nprocesses:\n  web:\n    replicas: 1\n`;
  await write("app.yaml", manifest);
  await done(["configs", "create", "app", "--kind", "container", "--file", "app.yaml"]);
  await done(["deploy", "--fleet", "web", "--config", "app", "--soak", "0s", "--wait"]);
  const given = await onDisk("web", "app.json");
  const inWeb = ["--fleet", "web"];
  const drift = () => terminal.json(["drift", ...inWeb]);
  await until("in sync", async () => (await drift()).current.inSync === 1, 60_000);
  await writeFile(join(folders.web, "app.json"), given.replace('"replicas": 1', '"replicas": 2'));
  await until("drift", async () => (await drift()).current.drifted === 1, 60_000);

  expect(await done(["drift", ...inWeb])).toMatch(/web-1 +major .*app\.json changed/);
  expect(await done(["drift", "show", "web-1", ...inWeb])).toMatch(
    /app\.json.*\(app version 1\): changed, major/,
  );
  expect(await done(["drift", "config", "app"])).toMatch(/runs on 1 of 1 agent [\s\S]*web-1, major/);
  for (const more of [["--dry-run"], []]) {
    const refused = await terminal.muster(["drift", "accept", "web-1", ...inWeb, ...more]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("Make the same change there: muster configs edit app");
  }
  await done(["drift", "policy", "accept", ...inWeb]);
  const told = await until(
    "the policy gave up on it",
    async () => {
      const { repair } = (await drift()).items[0];
      return repair.text.includes("muster configs edit app") ? repair : null;
    },
    60_000,
  );
  expect(told.kind).not.toBe("reapply");
  expect((await terminal.json(["configs", "get", "app"])).latestVersion).toBe(1);
  await done(["drift", "policy", "tell", ...inWeb]);
  await done(["drift", "reapply", ...inWeb, "--soak", "0s", "--wait"]);
  expect(await onDisk("web", "app.json")).toBe(given);
});
