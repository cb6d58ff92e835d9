import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./runtime/paths.ts";

/** Each file breaks exactly the rules named beside it. */
const bad: Record<string, { source: string; rules: string[] }> = {
  "domain/reads-protocol.ts": { source: 'import "../protocol/fine.ts";', rules: ["domain-folders"] },
  "domain/uses-zod.ts": { source: 'import "zod";', rules: ["domain-packages"] },
  "domain/uses-node.ts": { source: 'import "node:fs";', rules: ["domain-platform-0"] },
  "domain/uses-edge.ts": { source: 'import "cloudflare:workers";', rules: ["domain-platform-1"] },
  "protocol/reads-agent.ts": { source: 'import "../agent/fine.ts";', rules: ["protocol-folders"] },
  "protocol/uses-hono.ts": { source: 'import "hono";', rules: ["protocol-packages"] },
  "protocol/uses-node.ts": { source: 'import "node:fs";', rules: ["protocol-platform-0"] },
  "protocol/uses-edge.ts": { source: 'import "cloudflare:workers";', rules: ["protocol-platform-1"] },
  "db/reads-workers.ts": { source: 'import "../workers/fine.ts";', rules: ["db-folders"] },
  "db/uses-hono.ts": { source: 'import "hono";', rules: ["db-packages"] },
  "db/uses-edge.ts": { source: 'import "cloudflare:workers";', rules: ["db-platform-0"] },
  "workers/reads-fleet.ts": { source: 'import "../durable-objects/fine.ts";', rules: ["workers-folders"] },
  "workers/uses-ws.ts": { source: 'import "ws";', rules: ["workers-packages"] },
  "workers/services/uses-hono.ts": { source: 'import "hono";', rules: ["services-without-http"] },
  "workers/services/writes.ts": { source: 'import "../../db/write.ts";', rules: ["writes-are-audited"] },
  "workers/jobs/writes.ts": { source: 'import "../../db/write.ts";', rules: ["writes-are-audited"] },
  "workers/http/reads-db.ts": { source: 'import "../../db/fine.ts";', rules: ["http-without-storage"] },
  "workers/gateway/reads-db.ts": { source: 'import "../../db/fine.ts";', rules: ["gateway-without-storage"] },
  "durable-objects/reads-db.ts": { source: 'import "../db/fine.ts";', rules: ["durable-objects-folders"] },
  "durable-objects/uses-hono.ts": { source: 'import "hono";', rules: ["durable-objects-packages"] },
  "agent/reads-cli.ts": { source: 'import "../cli/fine.ts";', rules: ["agent-folders"] },
  "agent/uses-hono.ts": { source: 'import "hono";', rules: ["agent-packages"] },
  "cli/reads-agent.ts": { source: 'import "../agent/fine.ts";', rules: ["cli-folders"] },
  "cli/uses-hono.ts": { source: 'import "hono";', rules: ["cli-packages"] },
  "dashboard/reads-workers.ts": { source: 'import "../workers/fine.ts";', rules: ["dashboard-folders"] },
  "dashboard/uses-node.ts": { source: 'import "node:fs";', rules: ["dashboard-platform-0"] },
  "dashboard/uses-edge.ts": { source: 'import "cloudflare:workers";', rules: ["dashboard-platform-1"] },
  "dashboard/reads-test.ts": {
    source: 'import "../test/fine.ts";',
    rules: ["product-without-tests"],
  },
  "domain/cycle-a.ts": { source: 'import "./cycle-b.ts";', rules: ["no-cycles"] },
  "domain/reads-nothing.ts": { source: 'import "./not-there.ts";', rules: ["resolvable"] },
};
const rooms = ["domain", "protocol", "db", "workers", "durable-objects", "agent", "cli", "dashboard"];

interface Report {
  summary: { totalCruised: number; violations: { from: string; rule: { name: string } }[] };
}

let folder: string;
let found: Map<string, Set<string>>;

function write(path: string, source: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), source);
}

function cruise(): Report {
  const run = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs"),
      ...["--config", ".dependency-cruiser.cjs", "--output-type", "json", ...rooms],
    ],
    { cwd: folder, encoding: "utf8" },
  );
  return JSON.parse(run.stdout) as Report;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-layers-"));
  for (const file of [".dependency-cruiser.cjs", "tsconfig.base.json"]) {
    cpSync(join(root, file), join(folder, file));
  }
  for (const name of ["hono", "ws", "zod"]) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
    write(`node_modules/${name}/index.js`, "export {};");
  }
  for (const room of [...rooms, "test"]) write(`${room}/fine.ts`, "export {};");
  write("db/write.ts", "export {};");
  write("workers/services/audit/commit.ts", 'import "../../../db/write.ts";');
  write("domain/cycle-b.ts", 'import "./cycle-a.ts";');
  for (const [path, { source }] of Object.entries(bad)) write(path, source);
  found = new Map();
  for (const { from, rule } of cruise().summary.violations) {
    found.set(from, (found.get(from) ?? new Set()).add(rule.name));
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(Object.entries(bad))("%s is refused", (path, { rules }) => {
  expect([...(found.get(path) ?? [])]).toEqual(expect.arrayContaining(rules));
});

it("refuses nothing else", () => {
  expect([...found.keys()].filter((path) => !(path in bad))).toEqual([]);
});

it("leaves no rule unproven", () => {
  const config = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as {
    forbidden: { name: string }[];
  };
  const proven = new Set(Object.values(bad).flatMap(({ rules }) => rules));
  expect(config.forbidden.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([]);
});
