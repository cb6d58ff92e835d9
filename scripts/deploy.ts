/**
 * Ships both Workers: `npm run deploy`. See docs/guides/deploy.md.
 * `-- --dry-run` builds both offline, prints their compressed sizes and fails when one is over the limit.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { confirmationQueue } from "../protocol/rpc/confirmations.ts";
import { outboxQueue } from "../protocol/rpc/outbox.ts";
import { buildDashboard } from "./dashboard.ts";
import { type HeldSecrets, type MissingSecrets, missingSecrets } from "./missing-secrets.ts";
import type { SigningKeys } from "./runtime/keys.ts";
import { migrateLibsql } from "./runtime/migrate.ts";
import { downloadsBucket, root } from "./runtime/paths.ts";
import { type StoreChoice, storeChoice, storeSecrets } from "./store-choice.ts";

const limitBytes = 3 * 1024 * 1024;
/** The fleets' script first: the API binds its class by name. */
const deployables = [
  { name: "muster-fleets", config: "durable-objects/wrangler.toml" },
  { name: "muster", config: "wrangler.toml" },
] as const;
const keysFile = join(root, ".deploy-keys.json");
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

function ensureQueue(name: string): void {
  if (wrangler(["queues", "info", name]).status === 0) return;
  must(`Creating the queue ${name}`, ["queues", "create", name], { show: true });
}

/** Holds the agent's releases; `npm run release -- --publish` fills it. */
function ensureBucket(name: string): void {
  if (wrangler(["r2", "bucket", "info", name]).status === 0) return;
  must(`Creating the bucket ${name}`, ["r2", "bucket", "create", name], { show: true });
}

/** Names only: a secret cannot be read back. Anything but a clear "no such Worker" stops the deploy. */
function secretNames(config: string): Set<string> {
  const run = wrangler(["secret", "list", "--config", config, "--format", "json"]);
  if (run.status === 0)
    return new Set((JSON.parse(run.stdout) as { name: string }[]).map(({ name }) => name));
  const text = run.stdout + run.stderr;
  if (/10007|does not exist|not found/i.test(text)) return new Set();
  return fail(`The secrets of ${config} could not be listed:\n${text}`);
}

/** The secrets to set, by deployable; new keys stay in `.deploy-keys.json`, so that an interrupted deploy goes on with them. */
function keysToSet(held: HeldSecrets): MissingSecrets["secrets"] {
  const kept = existsSync(keysFile)
    ? // Written below by an earlier deploy.
      (JSON.parse(readFileSync(keysFile, "utf8")) as Partial<SigningKeys>)
    : null;
  const { keys, isNew, secrets } = missingSecrets(held, kept);
  if (isNew) {
    writeFileSync(keysFile, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
    console.log(
      "New signing keys are in .deploy-keys.json: add them to those in your vault, then delete the file here.",
    );
  }
  return secrets;
}

function ship(name: string, config: string, secrets: object): void {
  const folder = mkdtempSync(join(tmpdir(), "muster-secrets-"));
  try {
    const file = join(folder, "secrets.json");
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    const withSecrets = Object.keys(secrets).length > 0 ? ["--secrets-file", file] : [];
    must(`Deploying ${name}`, ["deploy", "--config", config, ...withSecrets], { show: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Before any code, which may ask for what a migration adds. */
async function migrateStore(store: StoreChoice): Promise<void> {
  if (store.kind === "libsql") {
    const applied = await migrateLibsql(store.url, store.authToken);
    console.log(
      `Migrations applied to libSQL: ${applied.length > 0 ? applied.join(", ") : "none were missing"}`,
    );
    return;
  }
  must("Applying migrations", ["d1", "migrations", "apply", "DB", "--remote", "--config", "wrangler.toml"], {
    show: true,
  });
}

async function deploy(): Promise<void> {
  checkLogin();
  dryRun();
  const [held, heldByMuster] = [secretNames("durable-objects/wrangler.toml"), secretNames("wrangler.toml")];
  const store = storeChoice(process.env, heldByMuster);
  ensureDatabase();
  ensureQueue(outboxQueue);
  ensureQueue(confirmationQueue);
  ensureBucket(downloadsBucket);
  await migrateStore(store);
  const secrets = keysToSet({ fleets: held, muster: heldByMuster });
  for (const { name, config } of deployables) {
    ship(name, config, name === "muster" ? { ...secrets[name], ...storeSecrets(store) } : secrets[name]);
  }
}

try {
  if (flags["dry-run"]) dryRun();
  else await deploy();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
