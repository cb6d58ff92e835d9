import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { labelsEtag } from "../domain/configs/labels-etag.ts";
import { fixtures } from "./testing/fixtures.ts";
import { problemAnswer } from "./testing/server.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const muster: World["muster"] = (argv, options) => world.muster(argv, options);
const sent: World["sent"] = (method, tail) => world.sent(method, tail);

describe("configs", () => {
  it("validates with line, column, the line itself and a hint, and exits with 1", async () => {
    world.routes["POST /v1/configs/validate"] = () => ({ body: fixtures.invalid });
    await writeFile(join(world.home, "edge.cfg"), "frontend web\n  blind *:80\n");
    const line = ["configs", "validate", "edge.cfg", "--kind", "haproxy", "--fleet", "web"];
    const { code, stdout } = await muster(line);
    expect(code).toBe(1);
    expect(stdout).toContain("edge.cfg:2:3: error: unknown keyword `blind`");
    expect(stdout).toContain("    2 |   blind *:80\n      |   ^");
    expect(stdout).toContain("hint: did you mean `bind`?");
    const json = await muster([...line, "--json"]);
    expect(JSON.parse(json.stdout)).toEqual(fixtures.invalid);
    expect(json.code).toBe(1);
  });

  it("validates by its own rules without a server, and asks one only about a fleet", async () => {
    await writeFile(join(world.home, "collector.yaml"), "receivers:\n  otlp:\n    protocol: {grpc: }\n");
    const line = ["configs", "validate", "collector.yaml", "--kind", "otel-collector"];
    const { code, stdout } = await muster(line);
    expect(code).toBe(1);
    expect(stdout).toContain('collector.yaml:3:5: error: Unknown setting "protocol".');
    expect(stdout).toContain("hint: Did you mean `protocols`?");
    expect(sent("POST", "/configs/validate")).toBeUndefined();
    world.routes["POST /v1/configs/validate"] = () => ({
      body: {
        valid: true,
        diagnostics: [],
        checkedAgainst: { agents: 3, reporting: 2, versions: ["0.154.0"] },
      },
    });
    const asked = await muster([...line, "--fleet", "web", "--selector", "role=edge"]);
    expect(asked.stdout).toContain("valid as otel-collector against 3 agents (2 report their components)");
    expect(sent("POST", "/configs/validate")?.body).toMatchObject({
      kind: "otel-collector",
      fleet: fixtures.fleet.id,
      selector: "role=edge",
    });
    expect((await muster([...line, "--selector", "role=edge"])).code).toBe(2);
    expect((await muster(["configs", "validate", "collector.yaml", "--kind", "otel"])).stderr).toContain(
      "Use one of: file, ",
    );
  });

  it("knows a file's kind by its name, and says so when it takes one for plain text", async () => {
    for (const [name, kind] of [
      ["haproxy.cfg", "haproxy"],
      ["sites/Caddyfile", "caddy"],
      ["edge.kdl", "sentinel-kdl"],
      ["prometheus.yml", "prometheus"],
    ] as const) {
      await mkdir(join(world.home, "sites"), { recursive: true });
      await writeFile(join(world.home, name), "}\n");
      const { code, stdout } = await muster(["configs", "validate", name]);
      expect(code, name).toBe(1);
      expect(stdout).toContain(`${name} is not valid as ${kind}`);
    }
    await writeFile(join(world.home, "edge.yaml"), "}\n");
    const { code, stderr } = await muster(["configs", "validate", "edge.yaml"]);
    expect(code).toBe(2);
    expect(stderr).toContain("What edge.yaml is cannot be told by its name. Say it: --kind <kind>");
    await muster(["configs", "create", "edge", "--file", "haproxy.cfg"]);
    expect(sent("POST", "/configs")?.body).toMatchObject({ name: "edge", kind: "haproxy" });
    const made = await muster(["configs", "create", "edge", "--file", "edge.yaml"]);
    expect(sent("POST", "/configs")?.body).toMatchObject({ kind: "file" });
    expect(made.stderr).toContain("It is kept as plain text.");
  });

  it("shows the settings of a component, with what is required and what stands for nothing", async () => {
    const { code, stdout } = await muster(["configs", "components", "otlp"]);
    expect(code).toBe(0);
    expect(stdout).toContain("  protocols: What it listens for. (required)");
    expect(stdout).toContain("example:\n  protocols:");
  });

  it("reads standard input and keeps every byte of the text", async () => {
    const content = "\ufeffline\r\n\tlast without a break";
    await muster(["configs", "push", "greeting", "-", "-m", "why", "--base", "2"], { stdin: content });
    expect(sent("POST", "/versions")?.body).toEqual({ content, message: "why", baseVersion: 2 });
  });

  it("says what is wrong with the version that it saved, instead of offering to deploy it", async () => {
    world.routes["GET /v1/configs/*/versions/2"] = () => ({
      body: {
        ...fixtures.version,
        content: "frontend web\n  blind *:80\n",
        diagnostics: fixtures.invalid.diagnostics,
      },
    });
    const { code, stdout, stderr } = await muster(["configs", "push", "greeting", "-"], {
      stdin: "frontend web\n  blind *:80\n",
    });
    expect(code).toBe(0);
    expect(stderr).toContain("standard input:2:3: error: unknown keyword `blind`");
    expect(stdout).toMatch(/^Saved greeting .*a rollout of it is refused/s);
    expect(stdout).not.toContain("muster deploy");
  });

  it("prints the content and nothing else", async () => {
    expect((await muster(["configs", "show", "greeting@1"])).stdout).toBe("old\nsame\n");
  });

  it("shows the change between two versions", async () => {
    const { stdout } = await muster(["configs", "diff", "greeting", "1", "2"]);
    expect(stdout).toBe("--- greeting@1\n+++ greeting@2\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n");
  });

  it("refuses a file that is missing or not text, naming it", async () => {
    const missing = await muster(["configs", "push", "greeting", "gone.txt"]);
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/gone\.txt cannot be read \(ENOENT\)/),
    });
    await writeFile(join(world.home, "bytes.bin"), Buffer.from([0xff, 0xfe, 0x00]));
    expect((await muster(["configs", "push", "greeting", "bytes.bin"])).stderr).toMatch(/not UTF-8/);
  });

  it("saves what the editor made, from the version that it was shown", async () => {
    const edit = await muster(["configs", "edit", "greeting"], { env: { EDITOR: "printf edited >" } });
    expect(edit.code).toBe(0);
    expect(edit.stderr).toContain("@@ -1,2 +1,1 @@\n-new\n-same\n+edited\n");
    expect(sent("POST", "/versions")?.body).toEqual({ content: "edited", baseVersion: 2 });
  });

  it("keeps the text when somebody saved another version meanwhile", async () => {
    world.routes["POST /v1/configs/*/versions"] = () =>
      problemAnswer("conflict", "greeting has version 3 since.");
    const { code, stderr } = await muster(["configs", "edit", "greeting"], {
      env: { EDITOR: "printf edited >" },
    });
    expect(code).toBe(5);
    const kept = /Your text is kept in (\S+)\.\n/.exec(stderr)?.[1] ?? "";
    expect(await readFile(kept, "utf8")).toBe("edited");
  });

  it("saves nothing when the editor changed nothing", async () => {
    const { code, stderr } = await muster(["configs", "edit", "greeting"], { env: { EDITOR: "true" } });
    expect(code).toBe(0);
    expect(stderr).toContain("Nothing was changed");
    expect(sent("POST", "/versions")).toBeUndefined();
  });

  it("keeps text with errors in a file that it names, and does not save it", async () => {
    world.routes["POST /v1/configs/validate"] = () => ({ body: fixtures.invalid });
    const { code, stderr } = await muster(["configs", "edit", "greeting"], {
      env: { EDITOR: "printf bad >" },
    });
    expect(code).toBe(1);
    expect(sent("POST", "/versions")).toBeUndefined();
    const kept = /Mend (\S+),/.exec(stderr)?.[1] ?? "";
    expect(await readFile(kept, "utf8")).toBe("bad");
  });
});

describe("versions of configs", () => {
  it("shows a change in two columns, cut to the terminal", async () => {
    const { stdout } = await muster(["configs", "diff", "greeting", "1", "2", "--side-by-side"]);
    expect(stdout).toBe("--- greeting@1\n+++ greeting@2\n1 old  | 1 new\n2 same   2 same\n");
    const narrow = await muster(["configs", "diff", "greeting", "--side-by-side"], { columns: 40 });
    for (const line of narrow.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(40);
  });

  it("asks for two sides, one side with what is before it, and the draft", async () => {
    const query = () => sent("GET", "/diff")?.query;
    await muster(["configs", "diff", "greeting", "prod", "draft", "-U", "0"]);
    expect(query()).toEqual({ from: "prod", to: "draft", context: "0" });
    await muster(["configs", "diff", "greeting", "draft"]);
    expect(world.server.seen.at(-1)?.query).toEqual({ to: "draft", context: "3" });
    expect((await muster(["configs", "diff", "greeting", "v2"])).code).toBe(2);
  });

  it("prints the draft and nothing else, and says elsewhere whose it is", async () => {
    const { stdout, stderr } = await muster(["configs", "draft", "greeting"]);
    expect(stdout).toBe("draft\n");
    expect(stderr).toContain("grace@example.com");
    expect(stderr).toContain("version 2 has come since");
  });

  it("saves over a draft only by its revision, or by force where there is one", async () => {
    const put = () => world.server.seen.filter(({ method }) => method === "PUT").at(-1);
    await muster(["configs", "draft", "save", "greeting", "-"], { stdin: "text\n" });
    expect(put()).toMatchObject({ body: { content: "text\n" } });
    expect(put()?.headers["if-match"]).toBeUndefined();
    await muster(["configs", "draft", "save", "greeting", "-", "--revision", "7"], { stdin: "text\n" });
    expect(put()?.headers["if-match"]).toBe('"7"');
    await muster(["configs", "draft", "save", "greeting", "-", "--force"], { stdin: "text\n" });
    expect(put()?.headers["if-match"]).toBe("*");
    world.routes["GET /v1/configs/*/draft"] = () => problemAnswer("not_found", "There is no draft.");
    await muster(["configs", "draft", "save", "greeting", "-", "--force"], { stdin: "text\n" });
    expect(put()?.headers["if-match"]).toBeUndefined();
  });

  it("publishes a draft and restores a version on top of what was looked at", async () => {
    await muster(["configs", "draft", "publish", "greeting", "--revision", "7", "-m", "why"]);
    expect(sent("POST", "/publish")).toMatchObject({ body: { message: "why" } });
    expect(sent("POST", "/publish")?.headers["if-match"]).toBe('"7"');
    const { stdout } = await muster(["configs", "restore", "greeting", "prod"]);
    expect(sent("POST", "/versions/prod/restore")?.body).toEqual({ baseVersion: 2 });
    expect(stdout).toContain("Saved greeting version 2");
  });

  it("moves a label to where another one is", async () => {
    await muster(["configs", "labels", "set", "greeting", "known-good", "prod"]);
    expect(sent("PUT", "/labels/known-good")?.body).toEqual({ version: 2 });
    expect((await muster(["configs", "labels", "greeting"])).stdout).toContain("prod");
    expect((await muster(["configs", "labels", "set", "greeting", "latest", "1"])).code).toBe(2);
  });

  it("changes only the labels that are named, or replaces all of them", async () => {
    const body = () => world.server.seen.filter(({ method }) => method === "PATCH").at(-1)?.body;
    await muster(["configs", "update", "greeting", "--label", "tier=1"]);
    expect(body()).toEqual({ labels: { team: "web", tier: "1" } });
    expect(sent("PATCH", fixtures.config.id)?.headers["if-match"]).toBe(labelsEtag(fixtures.config.labels));
    await muster(["configs", "update", "greeting", "--remove", "team"]);
    expect(body()).toEqual({ labels: {} });
    await muster(["configs", "update", "greeting", "--replace", "--label", "a=b"]);
    expect(body()).toEqual({ labels: { a: "b" } });
    expect((await muster(["configs", "update", "greeting"])).code).toBe(2);
  });

  it("deletes nothing unasked", async () => {
    expect((await muster(["configs", "delete", "greeting"])).code).not.toBe(0);
    expect((await muster(["configs", "delete-version", "greeting", "1"])).code).not.toBe(0);
    expect((await muster(["configs", "draft", "discard", "greeting"])).code).not.toBe(0);
    expect(world.server.seen.filter(({ method }) => method === "DELETE")).toEqual([]);
    expect((await muster(["configs", "delete-version", "greeting", "1", "--yes"])).code).toBe(0);
    expect(sent("DELETE", "/versions/1")).toBeDefined();
  });

  it("lists what names a config, and finds configs by their labels", async () => {
    const { stdout } = await muster(["configs", "uses", "greeting", "--current"]);
    expect(stdout).toMatch(/Web +3 +yes +2 +role=web/);
    expect(sent("GET", "/uses")?.query).toMatchObject({ current: "true" });
    await muster(["configs", "list", "--label", "team=web", "--kind", "file"]);
    expect(world.server.seen.at(-1)?.query).toMatchObject({ label: "team=web", kind: "file" });
    await muster(["deploy", "--config", "greeting@prod"]);
    expect(sent("POST", "/rollouts")?.body).toMatchObject({ assignments: [{ version: "prod" }] });
  });
});
