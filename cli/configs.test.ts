import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixtures } from "./testing/fixtures.ts";
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
    const { code } = await muster(["configs", "edit", "greeting"], { env: { EDITOR: "printf edited >" } });
    expect(code).toBe(0);
    expect(sent("POST", "/versions")?.body).toEqual({ content: "edited", baseVersion: 2 });
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
