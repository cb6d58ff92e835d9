/**
 * Changes the ring of master keys in a file of keys: `node scripts/rotate-master-key.ts [--keys FILE] [--drop ID]`.
 * See docs/guides/secrets.md. Prints ids, never a key.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { nextRing, ringWithout } from "./runtime/master-keys.ts";
import { root } from "./runtime/paths.ts";

const { values } = parseArgs({ options: { keys: { type: "string" }, drop: { type: "string" } } });
const path = values.keys === undefined ? join(root, ".muster/keys.json") : resolve(values.keys);

try {
  const keys = JSON.parse(readFileSync(path, "utf8")) as { SECRETS_KEYS?: string };
  if (keys.SECRETS_KEYS === undefined) throw new Error("holds no SECRETS_KEYS");
  const { ring, said } =
    values.drop === undefined ? nextRing(keys.SECRETS_KEYS) : ringWithout(keys.SECRETS_KEYS, values.drop);
  writeFileSync(`${path}.new`, `${JSON.stringify({ ...keys, SECRETS_KEYS: ring }, null, 2)}\n`, {
    mode: 0o600,
  });
  renameSync(`${path}.new`, path);
  console.log(said);
} catch (error) {
  console.error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
