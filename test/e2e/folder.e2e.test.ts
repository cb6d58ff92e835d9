/** A folder in place of commands: `muster diff -f` and `muster apply -f` against the real runtime, with two real agents. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const email = "ada@example.com";
const password = "correct horse battery";
const folders = { eu: temporaryFolder(), us: temporaryFolder() };
const agents: AgentProcess[] = [];

let runtime: RunningRuntime;
let terminal: Terminal;
let fleet = "";
let made: Awaited<ReturnType<typeof signUpByMail>>;

const diff = (...more: string[]) => terminal.muster(["diff", "-f", "site", ...more]);
const apply = (...more: string[]) => terminal.muster(["apply", "-f", "site", "--yes", "--wait", ...more]);
const onDisk = (region: keyof typeof folders, name: string) => readFile(join(folders[region], name), "utf8");

async function write(path: string, text: string): Promise<void> {
  const file = join(terminal.home, "site", path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

interface Item {
  id: string;
  /** Of a config. */
  latestVersion?: number;
  labels?: Record<string, string>;
  /** Of a variable. */
  value?: string;
}

/** All that a folder can change, as the server has it. */
async function state() {
  const { project, environment, fleet: id } = made.created;
  const paths = [
    `projects/${project}/configs`,
    `environments/${environment}/variables`,
    `fleets/${id}/releases`,
    `fleets/${id}/rollouts`,
  ];
  return Promise.all(
    paths.map(async (path) => {
      const headers = { authorization: `Bearer ${made.accessToken}` };
      const response = await fetch(`${runtime.url}/v1/${path}`, { headers });
      expect(response.status).toBe(200);
      // What of a rollout tells how far it is may still come to rest.
      const { items } = (await response.json()) as { items: Item[] };
      return items.map(({ id, latestVersion, labels, value }) => ({ id, latestVersion, labels, value }));
    }),
  );
}

const proxy = (name: string) =>
  `listen ${name}\n  bind 127.0.0.1:8000\n  server a 127.0.0.1:\${var:PORT:-8001}\n`;

beforeAll(async () => {
  terminal = await openTerminal();
  runtime = await startRuntime();
  made = await signUpByMail(runtime, { email, password, organizationName: "Acme" });
  const login = ["login", "--url", runtime.url, "--email", email, "--password-stdin"];
  expect(await terminal.muster(login, { stdin: `${password}\n` })).toMatchObject({ code: 0 });
  [{ slug: fleet }] = (await terminal.json(["fleets", "list"])).items;
  const { secret } = await terminal.json(["tokens", "create", "--uses", "2"]);
  for (const [region, folder] of Object.entries(folders)) {
    const args = ["--config-dir", folder, "--label", `region=${region}`];
    agents.push(startAgentProcess({ url: runtime.url, token: secret, name: region, args }));
  }
  await until("two agents", async () => (await terminal.json(["agents", "list"])).items.length === 2, 60_000);
  const [{ slug: environment }] = (await terminal.json(["environments", "list"])).items;
  await write(
    "variables.yaml",
    [
      `environment: ${environment}`,
      "variables:",
      "  WHO: world",
      "---",
      `environment: ${environment}`,
      "variables:",
      "  - { name: WHO, value: Europe, selector: region=eu }",
      "",
    ].join("\n"),
  );
  await write("greeting.yaml", "config: greeting\nkind: file\ncontent: |\n  hello ${var:WHO}\n");
  await write("app.yaml", "config: app\nkind: container\nfile: content/app.yaml\n");
  await write(
    "content/app.yaml",
    `# the shop\nimage: {ref: "registry.example.com/app@sha256:${"a".repeat(64)}"}\nprocesses:\n  web:\n`,
  );
  for (const name of ["one", "two"]) {
    await write(
      `proxies/${name}.yaml`,
      `config: ${name}\nkind: haproxy\nfile: ${name}.cfg\nlabels: { team: edge }\n`,
    );
    await write(`proxies/${name}.cfg`, proxy(name));
  }
  await write(
    "fleet.yaml",
    [
      `fleet: ${fleet}`,
      "assignments:",
      "  - { config: greeting, fileName: greeting.txt }",
      "  - { config: app, selector: region=us }",
      '  - { configs: team=edge, fileName: "conf.d/{config}.cfg" }',
      "gates: { soakSeconds: 0 }",
      "",
    ].join("\n"),
  );
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await terminal?.close();
  await runtime?.stop();
});

it("tells what would change with 2, makes it so with 2, and has nothing more to do: 0", async () => {
  const before = await state();
  const planned = await diff("--json");
  expect(planned, planned.stderr).toMatchObject({ code: 2 });
  const { changes } = JSON.parse(planned.stdout) as { changes: { kind: string; name: string }[] };
  expect(changes.map(({ kind }) => kind)).toEqual([
    ...["variable", "variable"],
    ...["config", "config", "config", "config"],
    "fleet",
  ]);
  expect(await state()).toEqual(before);

  const applied = await apply();
  expect(applied, applied.stderr).toMatchObject({ code: 2 });
  expect(await onDisk("eu", "greeting.txt")).toBe("hello Europe\n");
  expect(await onDisk("us", "greeting.txt")).toBe("hello world\n");
  expect(JSON.parse(await onDisk("us", "app.json"))).toMatchObject({ processes: { web: {} } });
  await expect(onDisk("eu", "app.json")).rejects.toThrow("ENOENT");
  expect(await onDisk("eu", "conf.d/one.cfg")).toBe(proxy("one").replace("${var:PORT:-8001}", "8001"));
  expect(await onDisk("us", "conf.d/two.cfg")).toContain("listen two");

  const after = await state();
  for (const again of [await diff(), await apply()]) {
    expect(again, again.stderr).toMatchObject({ code: 0, stdout: "Nothing changes.\n" });
  }
  expect(await state()).toEqual(after);
});

it("rolls out again for a new variable, and for a config that has the label now", async () => {
  const text = await readFile(join(terminal.home, "site/variables.yaml"), "utf8");
  await write("variables.yaml", text.replace("value: Europe", "value: the Union"));
  await write(
    "proxies/three.yaml",
    "config: three\nkind: haproxy\nfile: three.cfg\nlabels: { team: edge }\n",
  );
  await write("proxies/three.cfg", proxy("three"));
  const planned = await diff();
  expect(planned.code).toBe(2);
  expect(planned.stdout).toContain("+ three v1 → every agent as conf.d/three.cfg");
  expect(planned.stdout).toContain("~ variable WHO");
  const applied = await apply();
  expect(applied, applied.stderr).toMatchObject({ code: 2 });
  expect(await onDisk("eu", "greeting.txt")).toBe("hello the Union\n");
  expect(await onDisk("us", "greeting.txt")).toBe("hello world\n");
  expect(await onDisk("us", "conf.d/three.cfg")).toContain("listen three");
  expect((await diff()).code).toBe(0);
});

it.each([
  ["a text that its kind refuses", "proxies/one.cfg", "listen one\n  bind :80\n  sever a\n", "one.cfg:3:3"],
  ["a file that is no YAML", "extra.yaml", "config: [\n", "extra.yaml"],
  ["a field that nobody knows", "extra.yaml", "config: x\nkid: file\ncontent: x\n", "kid"],
  ["a config that is not there", "fleet.yaml", "fleet: FLEET\nassignments: [{ config: gone }]\n", "gone"],
])("changes nothing because of %s, and ends with 1", async (_name, path, text, said) => {
  const file = join(terminal.home, "site", path);
  const kept = await readFile(file, "utf8").catch(() => null);
  const before = await state();
  // Something that would be changed first, were it not for the fault.
  await write("aside.yaml", "config: aside\nkind: file\ncontent: x\n");
  await write(path, text.replace("FLEET", fleet));
  for (const ran of [await diff(), await apply()]) {
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
  }
  expect(await state()).toEqual(before);
  await rm(join(terminal.home, "site/aside.yaml"));
  if (kept === null) await rm(file);
  else await writeFile(file, kept);
});
