import { afterEach, beforeEach, expect, it } from "vitest";
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
