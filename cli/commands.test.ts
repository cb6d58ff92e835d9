import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commands } from "./commands/index.ts";
import { schemaOf } from "./schemas.ts";
import { everyCommand } from "./spec.ts";
import { fakeId } from "./testing/bodies.ts";
import { exportedRollout } from "./testing/exported.ts";
import { fixtures } from "./testing/fixtures.ts";
import { elsewhere, lines } from "./testing/lines.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const muster: World["muster"] = (argv, options) => world.muster(argv, options);

const names = everyCommand(commands).map(({ name }) => name);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

/** What of the printed JSON does not fit the schema that `muster schema` publishes, with nothing unnamed allowed. */
function schemaProblems(name: string, printed: string): string[] {
  const spec = everyCommand(commands).find((found) => found.name === name)?.spec;
  const schema = spec && schemaOf(name, spec, true);
  if (!spec || !schema) return [`${name} publishes no schema`];
  const validate = ajv.compile(schema);
  const documents = spec.lines ? printed.trim().split("\n") : [printed];
  return documents.flatMap((document) =>
    validate(JSON.parse(document))
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
  );
}

const roleFile = `name: deployer
statements:
  - permissions: [rollout.*, config.read]
  - effect: deny
    permissions: [rollout.override_freeze]
`;

describe("every command", () => {
  it("is in these tests", () => {
    expect(names.filter((name) => !elsewhere.has(name)).sort()).toEqual(Object.keys(lines).sort());
  });

  it.each(Object.entries(lines))("%s answers people and, with --json, programs", async (name, argv) => {
    await writeFile(join(world.home, "config.txt"), "hello\n");
    await writeFile(join(world.home, "rollout.json"), JSON.stringify(exportedRollout()));
    await writeFile(join(world.home, "role.yaml"), roleFile);
    await writeFile(join(world.home, "folder.yaml"), "config: greeting\n");
    const editor = { EDITOR: "printf 'changed\\n' >" };
    const text = await muster(argv, { env: editor });
    expect({ code: text.code, stderr: text.stderr }).toMatchObject({ code: 0 });
    expect(text.stdout.trim()).not.toBe("");
    expect(text.stdout).not.toContain("undefined");
    expect(text.stdout).not.toContain("[object");

    const json = await muster([...argv, "--json"], { env: editor });
    expect({ code: json.code, stderr: json.stderr }).toMatchObject({ code: 0 });
    if (argv[0] === "events" && argv.length === 1) {
      const parsed = json.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id);
      expect(parsed).toEqual([fakeId("evt", 1), fakeId("evt", 2)]);
    } else if (name === "logs read") {
      for (const line of json.stdout.trim().split("\n")) expect(JSON.parse(line)).toBeTypeOf("object");
    } else {
      expect(JSON.parse(json.stdout)).toBeTypeOf("object");
    }
    expect(schemaProblems(name, json.stdout)).toEqual([]);
  });

  it("fits a narrow terminal", async () => {
    for (const argv of [
      ["agents", "list"],
      ["rollouts", "list"],
      ["tokens", "list"],
    ]) {
      const { stdout } = await muster(argv, { columns: 60 });
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    }
  });

  it("has a summary, and examples that name real commands", () => {
    for (const { spec } of everyCommand(commands)) {
      expect(spec.summary).not.toBe("");
      expect(spec.examples.length).toBeGreaterThan(0);
    }
  });
});

describe("an empty list", () => {
  it("says what to do next, on standard error, and stays a document for programs", async () => {
    world.routes["GET /v1/fleets/*/agents"] = () => ({ body: { items: [], nextCursor: null } });
    const text = await muster(["agents", "list"]);
    expect(text.stdout).toBe("");
    expect(text.stderr).toMatch(/No agents in web yet.*muster tokens create --fleet web/);
    const json = await muster(["agents", "list", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ items: [], nextCursor: null });
    expect(json.stderr).toBe("");
  });
});

describe("a name that nobody has", () => {
  it("is not found, and the fleet is not said to be empty", async () => {
    world.routes["GET /v1/fleets/*/agents"] = () => ({ body: { items: [], nextCursor: null } });
    const { code, stderr } = await muster(["agents", "get", "web-99"]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/No agent "web-99" in fleet web\. See: muster agents list --fleet web/);
  });
});

describe("a list of many pages", () => {
  it("is read to the limit, and names the place to go on from", async () => {
    world.routes["GET /v1/fleets/*/agents"] = ({ query }) => {
      const start = Number(query.cursor ?? 0);
      const items = Array.from({ length: Number(query.limit) }, (_, i) => ({
        ...fixtures.agent,
        id: fakeId("agt", start + i + 1),
      }));
      return { body: { items, nextCursor: String(start + items.length) } };
    };
    const { stdout, stderr } = await muster(["agents", "list", "--limit", "450", "--json"]);
    const found = JSON.parse(stdout);
    expect(new Set(found.items.map((item: { id: string }) => item.id)).size).toBe(450);
    expect(found.nextCursor).toBe("450");
    expect(stderr).toBe("");
    expect((await muster(["agents", "list", "--limit", "2"])).stderr).toContain("--cursor 2");
  });
});

it("does not let an agent's text steer the terminal", async () => {
  const evil = "\u001b[2Jweb\r1\u009b31m\u0007";
  world.routes["GET /v1/fleets/*/agents"] = () => ({
    body: { items: [{ ...fixtures.agent, name: evil }], nextCursor: null },
  });
  world.routes["GET /v1/agents/*/explain"] = () => ({ body: { ...fixtures.explanation, summary: evil } });
  world.routes["GET /v1/rollouts/*"] = () => ({
    body: { ...fixtures.rolloutDetail, state: "failed", reason: evil },
  });
  world.routes["GET /v1/rollouts/*/agents"] = () => ({
    body: { items: [{ ...fixtures.rolloutAgent, error: evil }], nextCursor: null },
  });
  const lines = [
    ["agents", "list"],
    ["explain", "agent", fixtures.agent.id],
    ["rollouts", "watch"],
    ["events"],
  ];
  for (const argv of lines) {
    const { stdout, stderr } = await muster(argv);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  }
});
