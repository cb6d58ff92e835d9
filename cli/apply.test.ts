import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { labelsEtag } from "../domain/configs/labels-etag.ts";
import { fixtures } from "./testing/fixtures.ts";
import { problemAnswer } from "./testing/server.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  // Lists of fleets do not know of it yet.
  const fleet = { ...fixtures.fleetDetail, currentReleaseId: fixtures.release.id };
  world.routes["GET /v1/fleets/*"] = () => ({ body: fleet });
});
afterEach(() => world.server.close());

/** Files of a folder `site`, by their paths in it. */
async function folder(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(world.home, "site", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

const writes = () =>
  world.server.seen
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, query }) => `${method} ${path.split("/").at(-1)}${query.dryRun ? " (plan)" : ""}`);

/** As the test's server has it. */
const asItIs = {
  "greeting.yaml": "config: greeting\nfile: content/greeting.yaml\nlabels: {team: web}\n",
  "content/greeting.yaml": "new\nsame\n",
  "fleet.yml": "fleet: web\nassignments:\n  - {config: greeting, selector: role=web}\n",
};

it("says that nothing changes, and exits with 0", async () => {
  await folder(asItIs);
  for (const line of [
    ["diff", "-f", "site"],
    ["apply", "-f", "site"],
  ]) {
    const { code, stdout, stderr } = await world.muster(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe("Nothing changes.\n");
  }
  expect(writes()).toEqual([]);
});

it("knows a place by whatever words, and a content by whatever it says of itself", async () => {
  world.routes["GET /v1/environments/*/variables"] = () => ({
    body: {
      items: [{ ...fixtures.variable, name: "PORT", value: 1, selector: "a=b,c=d" }],
      nextCursor: null,
    },
  });
  await folder({
    ...asItIs,
    "content/greeting.yaml": "new: *none\n",
    "greeting.yaml": "config: greeting\nkind: file\nfile: content/greeting.yaml\n",
    "variables.yaml":
      "environment: production\nvariables:\n  - {name: PORT, value: 1, selector: 'a = b , c==d'}\n",
  });
  const { stdout, stderr } = await world.muster(["diff", "-f", "site"]);
  expect(stderr).toBe("");
  expect(stdout).toContain("config greeting: version 2 → 3");
  expect(stdout).not.toContain("PORT");
});

it("shows what changes, in its order, and exits with 2", async () => {
  await folder({
    ...asItIs,
    "content/greeting.yaml": "newer\nsame\n",
    "more.yaml":
      "environment: production\nvariables: {ADDED: [1]}\n---\nconfig: other\nkind: file\ncontent: |\n  ${var:ADDED}\nlabels: {team: web}\n",
    "fleet.yml": "fleet: web\nassignments:\n  - {configs: team=web, fileName: '{config}.txt'}\n",
  });
  const { code, stdout } = await world.muster(["diff", "-f", "site"]);
  expect(code).toBe(2);
  expect(stdout).toBe(
    [
      "+ variable ADDED for production",
      "    + [1]",
      "~ config greeting: version 2 → 3",
      "    @@ -1,2 +1,2 @@",
      "    -new",
      "    +newer",
      "     same",
      "+ config other (file)",
      "    + label team=web",
      "    @@ -0,0 +1,1 @@",
      "    +${var:ADDED}",
      "~ fleet rollout in fleet web",
      "    + greeting v3 → every agent as greeting.txt",
      "    + other v1 → every agent as other.txt",
      "    - greeting v2 → role=web (config.txt)",
      "    ~ variable ADDED",
      "4 changes.",
      "",
    ].join("\n"),
  );
  const json = await world.muster(["diff", "-f", "site", "--json"]);
  expect(json.code).toBe(2);
  expect(JSON.parse(json.stdout).changes).toHaveLength(4);
  expect(writes()).toEqual([]);
});

it("tells of variables that configs name which stay besides, and takes their labels' ETag along", async () => {
  const stays = { ...fixtures.config, id: "cfg_00000000000000000000000009", name: "stays" };
  const assignment = { ...fixtures.release.assignments[0], configId: stays.id, configName: stays.name };
  world.routes["GET /v1/projects/*/configs"] = () => ({
    body: { items: [fixtures.config, stays], nextCursor: null },
  });
  world.routes["GET /v1/releases/*"] = () => ({
    body: { ...fixtures.release, assignments: [...fixtures.release.assignments, assignment] },
  });
  world.routes["GET /v1/configs/*/versions/2"] = ({ path }) => ({
    body: { ...fixtures.versionDetail, content: path.includes(stays.id) ? "${var:ADDED}\n" : "new\nsame\n" },
  });
  await folder({
    ...asItIs,
    "fleet.yml": "fleet: web\nkeepOthers: true\nassignments:\n  - {config: greeting, selector: role=web}\n",
    "variables.yaml": "environment: production\nvariables: {ADDED: 1}\n",
  });
  const { stdout } = await world.muster(["diff", "-f", "site"]);
  expect(stdout).toContain("~ fleet rollout in fleet web\n    ~ variable ADDED\n");
  await folder({ "greeting.yaml": "config: greeting\nfile: content/greeting.yaml\nlabels: {team: edge}\n" });
  const { stderr } = await world.muster(["apply", "-f", "site", "--yes"]);
  expect(world.sent("PATCH", fixtures.config.id)?.headers["if-match"], stderr).toBe(
    labelsEtag({ team: "web" }),
  );
});

it("carries it out: variables, configs, then rollouts by the plan that was just made", async () => {
  world.routes["POST /v1/fleets/*/rollouts"] = ({ query }) =>
    query.dryRun ? { body: fixtures.preview } : { status: 201, body: fixtures.started };
  await folder({
    ...asItIs,
    "content/greeting.yaml": "newer\nsame\n",
    "variables.yaml":
      "environment: production\nvariables:\n  - {name: ADDED, value: 1, selector: role=web}\n",
  });
  const asked = await world.muster(["apply", "-f", "site"]);
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain("--yes");
  expect(writes()).toEqual([]);
  const { code, stdout, stderr } = await world.muster(["apply", "-f", "site", "--yes"]);
  expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "3 changes made.\n" });
  expect(writes()).toEqual(["POST variables", "POST versions", "POST rollouts (plan)", "POST rollouts"]);
  expect(world.sent("POST", "/variables")?.body).toEqual({
    name: "ADDED",
    value: 1,
    fleet: null,
    selector: "role=web",
  });
  expect(world.sent("POST", "/versions")?.body).toEqual({ content: "newer\nsame\n", baseVersion: 2 });
  expect(world.sent("POST", "/rollouts")?.body).toEqual({
    assignments: [{ config: fixtures.config.id, selector: "role=web" }],
    refreshInputs: true,
    planToken: fixtures.preview.planToken,
  });
});

it("stops at the first refusal, and exits with 1", async () => {
  world.routes["POST /v1/configs/*/versions"] = () => problemAnswer("conflict", "There is a newer version.");
  await folder({ ...asItIs, "content/greeting.yaml": "newer\n" });
  const { code, stderr } = await world.muster(["apply", "-f", "site", "--yes"]);
  expect(code).toBe(1);
  expect(stderr).toContain("There is a newer version.");
  expect(writes()).toEqual(["POST versions"]);
});

it.each([
  ["no such folder", {}, "cannot be read"],
  ["a file that describes nothing", { "a.yaml": "hello: 1\n" }, "a.yaml describes nothing"],
  ["an unknown field", { "a.yaml": "config: greeting\nlabel: {}\n" }, "label"],
  ["broken YAML", { "a.yaml": "config: [\n" }, "a.yaml:2:1"],
  ["one config twice", { "a.yaml": "config: greeting\n---\nconfig: greeting\n" }, "described twice"],
  ["a new config without its kind", { "a.yaml": "config: new\ncontent: a\n" }, "Say its kind"],
  ["another kind", { "a.yaml": "config: greeting\nkind: haproxy\n" }, "never changes"],
  ["content with errors", { "a.yaml": "config: edge\nkind: haproxy\ncontent: blub\n" }, "edge:1:1"],
  ["an unknown fleet", { "a.yaml": "fleet: none\nassignments: [{config: greeting}]\n" }, 'No fleet "none"'],
  [
    "a selector that cannot be read",
    { "a.yaml": "environment: production\nvariables: [{name: A, value: 1, selector: 'a=(('}]\n" },
    "variables[0].selector",
  ],
  ["an alias of nothing", { "a.yaml": "config: *none\n" }, "a.yaml: Unresolved alias"],
  ["an unknown config", { "a.yaml": "fleet: web\nassignments: [{config: none}]\n" }, 'no config "none"'],
  [
    "a bad strategy",
    { "a.yaml": "fleet: web\nassignments: [{config: greeting}]\nstrategy: {kind: big}\n" },
    "strategy",
  ],
])("refuses %s before anything is sent, with 1", async (_name, files, text) => {
  await folder(files);
  const { code, stderr } = await world.muster(["apply", "-f", "site", "--yes"]);
  expect(stderr).toContain(text);
  expect(code).toBe(1);
  expect(writes()).toEqual([]);
});

it("exits with 1, and never with 2, when the command line is wrong", async () => {
  expect((await world.muster(["diff"])).code).toBe(1);
  expect((await world.muster(["diff", "-f", "x", "--unknown"])).code).toBe(1);
  expect((await world.muster(["apply", "--unknown"])).code).toBe(1);
});
