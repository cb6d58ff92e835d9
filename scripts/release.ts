/**
 * `npm run release`: the agent for every platform, as binaries, Debian and RPM packages and an image recipe, with
 * checksums, a bill of materials and signatures. The same commit and key give the same bytes. See docs/guides/release.md.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { publicKeyProblem } from "../agent/signature.ts";
import pkg from "../package.json" with { type: "json" };
import { latestManifestName, releaseVersion } from "../protocol/release.ts";
import { makeRelease } from "./release/make.ts";
import { releaseKey } from "./release/signing.ts";
import { targetName, targets } from "./release/targets.ts";
import { run } from "./release/toolchain.ts";
import { defaultStateDir, downloadsBucket, releaseDir, root } from "./runtime/paths.ts";

const usage = `Use: npm run release -- [--version V] [--out DIR] [--targets LIST] [--no-packages] [--publish]

  --version V      default: ${pkg.version}, of package.json
  --out DIR        default: dist/release
  --targets LIST   separated by commas; default: ${targets.map(targetName).join(",")}
  --no-packages    without deb and rpm, which need dpkg-deb and rpmbuild
  --compression N  of the packages, 1 to 9; default: 6
  --publish        afterwards, put it into the bucket muster-downloads, from which the control plane serves it

MUSTER_RELEASE_KEY names the PEM file of the ed25519 key that signs; without it one is made under .muster/.
MUSTER_RELEASE_PUBLIC_KEYS: more keys, separated by commas, that the binaries believe.
SOURCE_DATE_EPOCH: the time that is written into the files; default: that of the last commit.`;

function fail(message: string, code = 1): never {
  console.error(message);
  process.exit(code);
}

function readFlags() {
  try {
    return parseArgs({
      options: {
        version: { type: "string", default: pkg.version },
        out: { type: "string", default: releaseDir },
        targets: { type: "string" },
        "no-packages": { type: "boolean", default: false },
        compression: { type: "string", default: "6" },
        publish: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${usage}`, 2);
  }
}

function sourceSeconds(): number {
  const given = process.env.SOURCE_DATE_EPOCH;
  const text = given ?? run("git", ["log", "-1", "--format=%ct"]);
  const seconds = Number(text);
  return Number.isInteger(seconds) && seconds > 0
    ? seconds
    : fail(`SOURCE_DATE_EPOCH is no time: ${text}`, 2);
}

function publish(out: string, version: string): void {
  const names = readdirSync(join(out, version)).map((name) => `${version}/${name}`);
  // The list of the newest release goes last: until then nobody is sent to it.
  for (const name of [...names, latestManifestName]) {
    console.log(`publishing ${name}`);
    const put = ["r2", "object", "put", `${downloadsBucket}/${name}`, "--file", join(out, name), "--remote"];
    const ran = spawnSync(process.execPath, [join(root, "node_modules/wrangler/bin/wrangler.js"), ...put], {
      cwd: root,
      stdio: "inherit",
    });
    if (ran.status !== 0) fail(`${name} could not be published; run the command again`);
  }
}

const flags = readFlags();
if (flags.help) {
  console.log(usage);
  process.exit(0);
}
const version = releaseVersion.safeParse(flags.version);
if (!version.success) fail(`--version ${version.error.issues[0]?.message}`, 2);
const names = flags.targets?.split(",") ?? targets.map(targetName);
const unknown = names.filter((name) => !targets.some((target) => targetName(target) === name));
if (unknown.length > 0) fail(`There is no target ${unknown.join(", ")}.\n${usage}`, 2);
const compression = Number(flags.compression);
if (!Number.isInteger(compression) || compression < 1 || compression > 9) fail("--compression is 1 to 9", 2);
const otherKeys = (process.env.MUSTER_RELEASE_PUBLIC_KEYS ?? "").split(",").filter((key) => key !== "");
const badKey = otherKeys.map(publicKeyProblem).find((problem) => problem !== null);
if (badKey) fail(`MUSTER_RELEASE_PUBLIC_KEYS: ${badKey}`, 2);
const given = process.env.MUSTER_RELEASE_KEY;

try {
  const manifest = await makeRelease({
    version: version.data,
    targets: targets.filter((target) => names.includes(targetName(target))),
    packages: !flags["no-packages"],
    compression,
    sourceSeconds: sourceSeconds(),
    key: releaseKey(given ?? join(defaultStateDir, "release-key.pem"), given === undefined),
    otherKeys,
    out: resolve(flags.out),
    cache: join(defaultStateDir, "toolchain"),
    say: (text) => console.log(`· ${text}`),
  });
  console.log(
    `\nRelease ${manifest.version} in ${join(resolve(flags.out), manifest.version)}, signed by ${manifest.publicKey}`,
  );
  for (const { name, bytes, sha256 } of manifest.artifacts)
    console.log(`  ${sha256.slice(0, 16)}  ${(bytes / 1e6).toFixed(1).padStart(6)} MB  ${name}`);
  if (flags.publish) publish(resolve(flags.out), manifest.version);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
