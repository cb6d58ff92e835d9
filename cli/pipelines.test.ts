import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { withMarks } from "./commands/templates/use.ts";
import { problemAnswer } from "./testing/server.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.server.close());

const collector = `# mine
receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
exporters:
  debug:
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [debug]}
`;

it("pipelines go from YAML to a graph and back, without a server", async () => {
  await writeFile(join(world.home, "collector.yaml"), collector);
  const asked = world.server.seen.length;
  const { stdout } = await world.muster(["pipelines", "parse", "collector.yaml"]);
  expect(JSON.parse(stdout).edges).toEqual([
    { from: "receiver:otlp", to: "exporter:debug", signal: "traces" },
  ]);
  await writeFile(join(world.home, "graph.json"), stdout);
  const same = await world.muster(["pipelines", "compile", "graph.json", "--previous", "collector.yaml"]);
  expect(same).toMatchObject({ code: 0, stdout: collector });
  const fresh = await world.muster(["pipelines", "compile", "graph.json"]);
  expect(parse(fresh.stdout)).toEqual(parse(collector));
  expect(world.server.seen.length).toBe(asked);
});

it("says what is wrong in a graph or a text, and exits with 1", async () => {
  await writeFile(join(world.home, "bad.yaml"), "nodes: []\nedges: [{ from: a, to: b, signal: traces }]\n");
  const bad = await world.muster(["pipelines", "compile", "bad.yaml"]);
  expect(bad).toMatchObject({ code: 1, stdout: "" });
  expect(bad.stderr).toContain("[dangling_edge]");
  await writeFile(join(world.home, "none.yaml"), "nodes: 1\n");
  expect((await world.muster(["pipelines", "compile", "none.yaml"])).code).toBe(2);
  await writeFile(join(world.home, "torn.yaml"), "a: [\n");
  const torn = await world.muster(["pipelines", "parse", "torn.yaml"]);
  expect(torn.code).toBe(1);
  expect(torn.stderr).toContain("torn.yaml:2:1: error");
});

it("marks conflicts in a file of one's own, and sends none that is still marked", async () => {
  const conflict = { line: 1, ours: "a", base: "b\n", theirs: "" };
  const marked = withMarks({ parts: [{ text: "x\n" }, { conflict }, { text: "y\n" }] });
  expect(marked).toBe("x\n<<<<<<< config\na\n=======\n>>>>>>> template\ny\n");
  await writeFile(join(world.home, "merged.txt"), marked);
  const sent = await world.muster(["templates", "update", "greeting", "--file", "merged.txt"]);
  expect(sent.code).toBe(2);
  expect(sent.stderr).toContain("still has conflicts marked");
});

it("writes the merge to a file, and sends values and the text when they are resolved", async () => {
  await world.muster(["templates", "update", "greeting", "--merge", "out.txt"]);
  expect(world.server.seen.at(-2)?.query).toMatchObject({ dryRun: "true" });
  expect(await readFile(join(world.home, "out.txt"), "utf8")).toBeTruthy();
  await writeFile(join(world.home, "resolved.txt"), "done\n");
  await world.muster([
    "templates",
    "update",
    "greeting",
    "--file",
    "resolved.txt",
    "--base",
    "3",
    "--set",
    "A=b=c",
  ]);
  const sent = world.server.seen.findLast(({ method }) => method === "POST");
  expect(sent?.body).toMatchObject({
    content: "done\n",
    baseVersion: 3,
    parameters: { A: "b=c" },
  });
});

it("says how to resolve what both changed, by its own commands", async () => {
  world.routes["POST /v1/configs/*/template-update"] = () =>
    problemAnswer("conflict", "Ask for the merge with dryRun=true.", {
      errors: [{ path: "content:2", message: "was changed here and in the template" }],
    });
  const refused = await world.muster(["templates", "update", "greeting"]);
  delete world.routes["POST /v1/configs/*/template-update"];
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain("content:2");
  expect(refused.stderr).toContain("changed the same 1 place");
  expect(refused.stderr).toContain("muster templates update greeting --merge <file>");
  expect(refused.stderr).not.toContain("dryRun");
});

it("a template of the product is used by its name, and is not to be changed", async () => {
  const asked = ["templates", "use", "caddy-site", "web", "--set", "server=127.0.0.1:9000"];
  await world.muster(asked);
  expect(world.server.seen.at(-1)?.body).toMatchObject({
    template: "caddy-site",
    name: "web",
    parameters: { server: "127.0.0.1:9000" },
  });
  const refused = await world.muster(["templates", "delete", "caddy-site", "--yes"]);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("comes with the product");
});
