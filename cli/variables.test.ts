import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fakeId } from "./testing/bodies.ts";
import { fixtures } from "./testing/fixtures.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const muster: World["muster"] = (argv, options) => world.muster(argv, options);
const sent: World["sent"] = (method, tail) => world.sent(method, tail);
const noRows = () => {
  world.routes["GET /v1/environments/*/variables"] = () => ({ body: { items: [], nextCursor: null } });
};

it("makes a row that is not there, as a string unless a type is named", async () => {
  noRows();
  await muster(["variables", "set", "PORT", "8080"]);
  expect(sent("POST", "/variables")?.body).toEqual({
    name: "PORT",
    fleet: null,
    selector: "",
    type: "string",
    value: "8080",
  });
});

it("changes the row of this very place, with the type that it has", async () => {
  await muster(["variables", "set", "PORT", "8080"]);
  expect(sent("PATCH", fixtures.variable.id)?.body).toEqual({ type: "number", value: 8080 });
  await muster(["variables", "set", "PORT", "8080", "--selector", "region = eu"]);
  expect(sent("POST", "/variables")?.body).toMatchObject({ selector: "region=eu", type: "string" });
});

it("lists whom rows are for, with fleets by their slugs", async () => {
  const places = [
    { fleet: fixtures.fleet.id, selector: "region=eu" },
    { fleet: null, selector: "" },
    { fleet: fakeId("flt", 9), selector: "" },
  ];
  world.routes["GET /v1/environments/*/variables"] = () => ({
    body: { items: places.map((place) => ({ ...fixtures.variable, ...place })), nextCursor: null },
  });
  const { stdout } = await muster(["variables", "list", "--environment", "production"]);
  expect(stdout).toContain("fleet web, region=eu");
  expect(stdout).toContain("everybody");
  expect(stdout).toContain(`fleet ${fakeId("flt", 9)}`);
});

it("refuses a selector that cannot be read as what it is", async () => {
  const { code, stderr } = await muster(["variables", "set", "PORT", "8080", "--selector", "region=="]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^muster: The selector "region==" cannot be read: .* at column 9\./);
  expect(sent("POST", "/variables")).toBeUndefined();
});

it("reads a value from a file, byte for byte", async () => {
  noRows();
  await writeFile(join(world.home, "ca.pem"), "line\nline\n");
  await muster(["variables", "set", "CA", "--file", "ca.pem"]);
  expect(sent("POST", "/variables")?.body).toMatchObject({ value: "line\nline\n" });
});

it("sends nothing when the value is not of its type, or given twice or not at all", async () => {
  const wrong = await muster(["variables", "set", "PORT", "eighty"]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('"eighty" is not of type number')]);
  expect((await muster(["variables", "set", "PORT"])).code).toBe(2);
  expect((await muster(["variables", "set", "PORT", "1", "--file", "x"])).code).toBe(2);
  expect(world.server.seen.filter(({ method }) => method !== "GET")).toEqual([]);
});

it("says for whom a variable is set when it is not set for the place that was meant", async () => {
  const { code, stderr } = await muster(["variables", "unset", "PORT", "--selector", "region=eu", "--yes"]);
  expect(code).toBe(4);
  expect(stderr).toContain("PORT is not set for region=eu in production. It is set for: everybody.");
});

it("shows which agents would change, and how to roll it out", async () => {
  world.routes["GET /v1/variables/*/impact"] = () => ({
    body: {
      name: "PORT",
      changed: 2,
      more: false,
      fleets: [
        {
          fleet: fixtures.fleet.id,
          slug: "web",
          releaseNumber: 3,
          agents: 5,
          changed: 2,
          names: ["web-1", "web-2"],
          problem: null,
        },
      ],
    },
  });
  const { stdout } = await muster(["variables", "impact", "PORT"]);
  expect(stdout).toContain("2 agents would change.");
  expect(stdout).toContain("web (release 3): 2 of 5 agents\n    web-1, web-2");
  expect(stdout).toContain("muster deploy --refresh-inputs --fleet web --dry-run");
});

it("rolls today's inputs out alone, or with a config", async () => {
  await muster(["deploy", "--refresh-inputs"]);
  expect(sent("POST", "/rollouts")?.body).toMatchObject({
    assignments: [],
    keepOthers: true,
    refreshInputs: true,
  });
  expect((await muster(["deploy", "--refresh-inputs", "--release", "3"])).code).toBe(2);
  expect((await muster(["deploy", "--refresh-inputs", "--only"])).code).toBe(2);
});

it("renders an agent's files, or their difference from what it has", async () => {
  world.routes["POST /v1/agents/*/render"] = () => ({
    body: {
      agentId: fixtures.agent.id,
      name: "web-1",
      hash: "ab".repeat(32),
      change: "changed",
      problem: null,
      reasons: ["variable PORT: 80 → 8080"],
      files: [
        {
          name: "edge.cfg",
          contentType: "text/plain",
          content: "port 8080\n",
          against: { desired: "@@ -1,1 +1,1 @@\n-port 80\n+port 8080\n", applied: "", effective: null },
        },
      ],
    },
  });
  const { stdout } = await muster(["configs", "render", "--agent", "web-1"]);
  expect(stdout).toContain("because: variable PORT: 80 → 8080");
  expect(stdout).toContain("edge.cfg (text/plain)\nport 8080");
  const against = async (what: string) =>
    (await muster(["configs", "render", "--agent", "web-1", "--against", what])).stdout;
  expect(await against("desired")).toContain("-port 80\n+port 8080");
  expect(await against("applied")).toContain("equal to what it applied last");
  expect(await against("effective")).toContain("is not known");
});
