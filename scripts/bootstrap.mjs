#!/usr/bin/env node
/**
 * Runs a script of this repository: `node scripts/bootstrap.mjs <script> [args]`, under any Node from 20 on.
 * Installs from the lock file when that is needed, and runs the script with the pinned Node that comes with it.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const bin = join(root, "node_modules/.bin");
const stampFile = join(root, "node_modules/.muster-lock-hash");
const lockFile = join(root, "package-lock.json");
const [script, ...args] = process.argv.slice(2);

if (!script) stop("bootstrap: name the script to run, such as: node scripts/bootstrap.mjs scripts/start.ts");
if (Number(process.versions.node.split(".")[0]) < 20) {
  stop(`Node ${process.versions.node} is too old: Muster needs Node 20 or newer to install itself.`);
}

const lockHash = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
if (!isInstalled()) await install();
run(pinnedNode());

/** True when the stamp says so, or when what npm noted as installed is what the lock file asks for. */
function isInstalled() {
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8").trim() === lockHash) return true;
  const notes = join(root, "node_modules/.package-lock.json");
  if (!existsSync(notes)) return false;
  const installed = JSON.parse(readFileSync(notes, "utf8")).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(lockFile, "utf8")).packages);
  const fits = wanted.every(
    ([path, { version, optional }]) =>
      path === "" || (installed[path] ? installed[path].version === version : optional === true),
  );
  if (fits) writeFileSync(stampFile, lockHash);
  return fits;
}

async function install() {
  const count = Object.keys(JSON.parse(readFileSync(lockFile, "utf8")).packages).length - 1;
  console.error(`Installing from package-lock.json (${count} packages, only when it has changed)…`);
  const npm = process.env.npm_execpath;
  const flags = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const began = Date.now();
  const child = npm
    ? spawn(process.execPath, [npm, ...flags], { cwd: root, stdio: ["ignore", "inherit", "pipe"] })
    : spawn("npm", flags, { cwd: root, stdio: ["ignore", "inherit", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
    process.stderr.write(text);
  });
  const progress = setInterval(
    () => console.error(`  still installing (${Math.round((Date.now() - began) / 1000)} s)`),
    10_000,
  );
  const code = await new Promise((done) => {
    child.on("error", (error) => {
      errors += error.message;
      done(1);
    });
    child.on("exit", (status) => done(status ?? 1));
  });
  clearInterval(progress);
  if (code !== 0) {
    const offline = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ECONNRESET|network/i.test(errors);
    stop(
      offline
        ? "\nThe packages could not be fetched: the npm registry cannot be reached. Check the network or `npm config get registry`, then run the same command again."
        : "\nThe installation failed; its messages are above. Mend the cause, then run the same command again.",
    );
  }
  writeFileSync(stampFile, lockHash);
  console.error(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
}

/** `node_modules/.bin/node` comes from an optional package that exists for Linux on x64 and arm64. */
function pinnedNode() {
  const pinned = join(bin, "node");
  if (existsSync(pinned) && spawnSync(pinned, ["--version"]).status === 0) return pinned;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return stop(
    `On ${process.platform}-${process.arch} no Node comes with the packages, and Node ${process.versions.node} is too old: install Node 22.18 or newer, then run the same command again.`,
  );
}

function run(node) {
  const child = spawn(node, [join(root, script), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => stop(`${script} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
