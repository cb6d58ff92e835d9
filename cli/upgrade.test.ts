import { afterEach, beforeEach, expect, it } from "vitest";
import { agentReleaseBody } from "./testing/bodies.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const sha256 = "ab".repeat(32);
const from = "https://packages.example/otelcol";
const run = (line: string) => world.muster(`agents upgrade ${line}`.split(" "));
const sent = () => world.sent("POST", "/rollouts");

it("rolls what runs out with another version of one package, by the usual terms", async () => {
  const { code } = await run(
    `--selector role=gateway --package otelcol@0.139.0 --from ${from} --sha256 ${sha256} --step 1 --step 25% --soak 30s`,
  );
  expect(code).toBe(0);
  expect(sent()?.body).toMatchObject({
    assignments: [],
    packages: [
      { name: "otelcol", version: "0.139.0", url: from, sha256, type: "top-level", selector: "role=gateway" },
    ],
    keepOthers: true,
    strategy: { kind: "canary" },
    gates: { soakSeconds: 30 },
  });
});

it.each([
  [
    `--package otelcol@1 --from ${from} --sha256 ${sha256}`,
    "Say which agents: with --selector, or with --all.",
  ],
  ["--all --package otelcol@1", "Say what to upgrade to: --to <version>"],
  [`--all --to latest --sha256 ${sha256}`, "--to already says which package"],
  [`--all --package otelcol --from ${from} --sha256 ${sha256}`, "The package cannot be offered"],
  [`--all --package otelcol@1 --from ${from} --sha256 abc`, "The package cannot be offered"],
])("of %j it says what is missing, and sends nothing", async (line, text) => {
  const { code, stderr } = await run(line);
  expect(code).toBe(2);
  expect(stderr).toContain(text);
  expect(sent()).toBeUndefined();
});

it.each(["latest", "1.4.0"])("takes the agent's release %s as the control plane serves it", async (to) => {
  expect((await run(`--all --to ${to}`)).code).toBe(0);
  const { name, version, url, sha256 } = agentReleaseBody.package;
  expect(sent()?.body).toMatchObject({ packages: [{ name, version, url, sha256, selector: "" }] });
});

it("names the releases that there are when there is no such one, and sends nothing", async () => {
  const { code, stderr } = await run("--all --to 9.9.9");
  expect(code).toBe(4);
  expect(stderr).toContain("There is no release 9.9.9 of the agent here. Take one of 1.4.0 (latest).");
  expect(sent()).toBeUndefined();
});

it("lists releases with their platforms and who signed them, or says how one is made", async () => {
  const listed = await world.muster(["agents", "releases"]);
  expect(listed.stdout).toMatch(/1\.4\.0 +latest +2026-11-21 +linux-x64 101 MB +MCowBQYDK2VwAyEA/);
  const { stdout } = await world.muster(["agents", "releases", "--json"]);
  expect(JSON.parse(stdout)).toEqual({ items: [agentReleaseBody], nextCursor: null });

  world.routes["GET /v1/agent-releases"] = () => ({ body: { items: [], nextCursor: null } });
  const empty = await world.muster(["agents", "releases"]);
  expect([empty.code, empty.stdout]).toEqual([0, ""]);
  expect(empty.stderr).toContain("npm run release -- --publish");
  expect(await run("--all --to latest")).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("npm run release"),
  });
});
