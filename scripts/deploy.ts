/**
 * Ships both Workers: `npm run deploy`. See docs/guides/deploy.md.
 * `-- --dry-run` builds both offline, prints their compressed sizes and fails when one is over the limit.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { outboxQueue } from "../protocol/rpc/outbox.ts";
import { buildDashboard } from "./dashboard.ts";
import { generateSigningKeys } from "./runtime/keys.ts";
import { root } from "./runtime/paths.ts";

const limitBytes = 3 * 1024 * 1024;
/** The fleets' script first: the API binds its class by name. */
const deployables = [
  { name: "muster-fleets", config: "durable-objects/wrangler.toml" },
  { name: "muster", config: "wrangler.toml" },
] as const;
const placeholderDatabaseId = "00000000-0000-0000-0000-000000000000";

const { values: flags } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });

function wrangler(
  args: string[],
  options: { input?: string; show?: boolean } = {},
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(root, "node_modules/wrangler/bin/wrangler.js"), ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: [
      options.input === undefined ? "ignore" : "pipe",
      options.show ? "inherit" : "pipe",
      options.show ? "inherit" : "pipe",
    ],
    ...(options.input === undefined ? {} : { input: options.input }),
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
  });
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function must(what: string, args: string[], options: { input?: string; show?: boolean } = {}): string {
  const run = wrangler(args, options);
  if (run.status !== 0) fail(`${what} failed:\n${run.stdout ?? ""}${run.stderr ?? ""}`);
  return run.stdout ?? "";
}

function dryRun(): void {
  buildDashboard();
  let tooBig = 0;
  for (const { name, config } of deployables) {
    const out = mkdtempSync(join(tmpdir(), `${name}-`));
    try {
      must(`Building ${name}`, ["deploy", "--dry-run", "--outdir", out, "--config", config]);
      const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter(
        (entry) => entry.isFile() && /\.(js|mjs|wasm|txt|html|sql|bin)$/.test(entry.name),
      );
      const bytes = gzipSync(
        Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name)))),
      ).length;
      if (files.length === 0) fail(`${name}: the build left no module in ${out}`);
      const verdict = bytes > limitBytes ? "OVER THE LIMIT" : "ok";
      if (bytes > limitBytes) tooBig++;
      console.log(
        `${name}: ${(bytes / 1024).toFixed(0)} KiB compressed of ${limitBytes / 1024} KiB, ${verdict}`,
      );
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }
  if (tooBig > 0)
    fail(
      "A Worker over 3 MiB is refused by the smallest plan: find what grew (wrangler deploy --dry-run --metafile).",
    );
}

function checkLogin(): void {
  if (process.env.CLOUDFLARE_API_TOKEN) return;
  const who = wrangler(["whoami"]);
  if (who.status !== 0 || /not authenticated/i.test(who.stdout + who.stderr)) {
    fail(
      "Not signed in to Cloudflare. Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID.",
    );
  }
}

/** Creates the database when the account has none of the name, and writes its id into wrangler.toml. */
function ensureDatabase(): void {
  const path = join(root, "wrangler.toml");
  const text = readFileSync(path, "utf8");
  const name = /^database_name = "(.+)"$/m.exec(text)?.[1] ?? fail("wrangler.toml names no database");
  const list = () =>
    JSON.parse(must("Listing databases", ["d1", "list", "--json"])) as { name: string; uuid: string }[];
  const known = list().find((database) => database.name === name);
  if (!known) must(`Creating the database ${name}`, ["d1", "create", name], { show: true });
  const id = known?.uuid ?? list().find((database) => database.name === name)?.uuid;
  if (!id)
    fail(`The database ${name} was created, but the account does not list it yet: run the command again.`);
  const written = /^database_id = "(.+)"$/m.exec(text)?.[1];
  if (written === id) return;
  if (written !== placeholderDatabaseId) {
    fail(
      `wrangler.toml names the database ${written}, the account's "${name}" is ${id}. Put the right id there.`,
    );
  }
  writeFileSync(path, text.replace(placeholderDatabaseId, id));
  console.log(`wrangler.toml: database_id is now ${id}; commit it.`);
}

function ensureQueue(): void {
  if (wrangler(["queues", "info", outboxQueue]).status === 0) return;
  must(`Creating the queue ${outboxQueue}`, ["queues", "create", outboxQueue], { show: true });
}

function secretNames(config: string): Set<string> {
  const run = wrangler(["secret", "list", "--config", config, "--format", "json"]);
  if (run.status !== 0) return new Set();
  return new Set((JSON.parse(run.stdout) as { name: string }[]).map((secret) => secret.name));
}

/** Both Workers must hold halves of one pair: the missing ones are set together, existing ones are never replaced. */
function ensureSecrets(): void {
  const fleets = secretNames("durable-objects/wrangler.toml");
  const muster = secretNames("wrangler.toml");
  const pair = ["CREDENTIAL_PRIVATE_KEY", "CREDENTIAL_PUBLIC_KEY"] as const;
  const held = [...pair.map((name) => fleets.has(name)), ...pair.map((name) => muster.has(name))];
  const keys = generateSigningKeys();
  const put = (config: string, values: Partial<typeof keys>) =>
    must(`Setting secrets of ${config}`, ["secret", "bulk", "--config", config], {
      input: JSON.stringify(values),
    });
  const { ACCESS_PRIVATE_KEY, ...credential } = keys;
  if (held.every((one) => !one)) {
    put("durable-objects/wrangler.toml", credential);
    put("wrangler.toml", credential);
  } else if (!held.every((one) => one)) {
    fail(
      "Only some of the credential keys are set. Agents trust one pair: set CREDENTIAL_PRIVATE_KEY and CREDENTIAL_PUBLIC_KEY on both Workers from your backup (wrangler secret put), or delete all of them to start with a new pair and re-enrol every agent.",
    );
  }
  if (!muster.has("ACCESS_PRIVATE_KEY")) put("wrangler.toml", { ACCESS_PRIVATE_KEY });
}

function deploy(): void {
  checkLogin();
  dryRun();
  ensureDatabase();
  ensureQueue();
  must("Applying migrations", ["d1", "migrations", "apply", "DB", "--remote", "--config", "wrangler.toml"], {
    show: true,
  });
  ensureSecrets();
  for (const { name, config } of deployables) {
    must(`Deploying ${name}`, ["deploy", "--config", config], { show: true });
  }
}

try {
  if (flags["dry-run"]) dryRun();
  else deploy();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
