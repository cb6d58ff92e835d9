/** `npm run check`: the whole static gate. `-- <name> …` runs only the named checks. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pc from "picocolors";
import { missingOptional, readLock } from "./lock-file.ts";
import { root } from "./runtime/paths.ts";
import { unauditedWrites } from "./unaudited-writes.ts";

interface Verdict {
  ok: boolean;
  output: string;
}

const rooms = ["domain", "protocol", "db", "workers", "durable-objects", "agent", "cli", "dashboard"];

function node(...args: string[]): Promise<Verdict> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/** The arrows of docs/architecture.md. Reading nothing is a failure: some compilers make the tool see no modules. */
async function layers(): Promise<Verdict> {
  const run = await node(
    "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
    ...["--config", ".dependency-cruiser.cjs", "--output-type", "err-long", ...rooms],
  );
  const count = Number(/(\d+) modules/.exec(run.output)?.[1] ?? 0);
  if (count === 0) return { ok: false, output: `${run.output}\nlayers: the checker read no modules` };
  return { ok: run.ok, output: run.ok ? `${count} modules` : run.output };
}

/** Rules take time and chance as arguments. */
function purity(): Verdict {
  const banned = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bcrypto\.getRandomValues\(/;
  const files = readdirSync(join(root, "domain"), { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  const found = files.flatMap((file) =>
    readFileSync(join(root, "domain", file), "utf8")
      .split("\n")
      .flatMap((line, index) => (banned.test(line) ? [`domain/${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  if (files.length === 0) return { ok: false, output: "purity: no file was read" };
  return found.length === 0
    ? { ok: true, output: `${files.length} files` }
    : { ok: false, output: `Pass time and randomness in as arguments:\n${found.join("\n")}` };
}

/** The layers see who imports `write`; this sees who goes around it. */
function writes(): Verdict {
  const { files, found } = unauditedWrites(root);
  if (files === 0) return { ok: false, output: "writes: no file was read" };
  return found.length === 0
    ? { ok: true, output: `${files} files` }
    : {
        ok: false,
        output: `Write with commit, commitAccount or writeUnaudited; queries only compile statements:\n${found.join("\n")}`,
      };
}

/** The lock file pins versions and hashes; an address in it would tie every clone to one registry. */
function lockFile(): Verdict {
  const lock = readLock();
  const entries = Object.entries(lock.packages).filter(([path]) => path !== "");
  const addressed = entries.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path);
  const unpinned = entries
    .filter(([, entry]) => !entry.integrity && !entry.link && !(entry.optional && (entry.os || entry.cpu)))
    .map(([path]) => path);
  const problems = [
    ...addressed.map((path) => `${path}: has a download address`),
    ...unpinned.map((path) => `${path}: has no integrity hash`),
    ...missingOptional(lock).map(({ name }) => `${name}: is left out, run node scripts/lock-file.ts`),
  ];
  return problems.length === 0
    ? { ok: true, output: `${entries.length} packages` }
    : { ok: false, output: problems.slice(0, 20).join("\n") };
}

/** The OpenAPI document by the standard's rules and ours (`.spectral.yaml`). */
async function contract(): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "muster-contract-"));
  try {
    const file = join(folder, "openapi.json");
    const written = await node("scripts/write-openapi.ts", file);
    if (!written.ok) return written;
    return await node(
      "node_modules/@stoplight/spectral-cli/dist/index.js",
      ...["lint", file, "--ruleset", ".spectral.yaml", "--fail-severity", "warn", "--quiet"],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const checks: Record<string, () => Promise<Verdict> | Verdict> = {
  format: () =>
    node(
      "node_modules/@biomejs/biome/bin/biome",
      "check",
      "--error-on-warnings",
      "--max-diagnostics=50",
      ".",
    ),
  types: () => node("scripts/typecheck.ts"),
  layers,
  purity,
  writes,
  "dead-code": () => node("node_modules/knip/bin/knip.js", "--no-progress"),
  client: () => node("scripts/generate-client.ts", "--check"),
  reference: () => node("scripts/generate-api-reference.ts", "--check"),
  contract,
  "lock-file": lockFile,
  deploy: () => node("scripts/deploy.ts", "--dry-run"),
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`No check is called ${unknown.join(", ")}; there are: ${Object.keys(checks).join(", ")}`);
  process.exit(2);
}
const began = Date.now();
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const start = Date.now();
  const { ok, output } = await check();
  if (!ok) failed++;
  const took = pc.dim(`${((Date.now() - start) / 1000).toFixed(1)} s`);
  const note = ok && output.length < 300 ? pc.dim(output.trim().split("\n").slice(-2).join("; ")) : "";
  console.log(`${ok ? pc.green("✓") : pc.red("✗")} ${name.padEnd(10)} ${took} ${note}`);
  if (!ok) console.log(output.trimEnd());
}
console.log(
  failed === 0
    ? `check: all passed in ${Math.round((Date.now() - began) / 1000)} s`
    : `check: ${failed} failed`,
);
process.exit(failed === 0 ? 0 : 1);
