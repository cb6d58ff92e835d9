import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import {
  latestManifestName,
  type ReleaseArtifact,
  type ReleaseManifest,
  releaseManifest,
  releaseManifestName,
} from "../../protocol/release.ts";
import { root } from "../runtime/paths.ts";
import { compileAgent } from "./binary.ts";
import { makeDeb, type PackageOptions } from "./deb.ts";
import { packageFiles } from "./package-files.ts";
import { makeRpm } from "./rpm.ts";
import { billOfMaterials } from "./sbom.ts";
import type { ReleaseKey } from "./signing.ts";
import { type Target, targetName } from "./targets.ts";

export interface ReleaseOptions {
  version: string;
  targets: readonly Target[];
  /** Debian's and RPM's packages too. */
  packages: boolean;
  /** 1 to 9, of the packages. */
  compression: number;
  /** Seconds since 1970. */
  sourceSeconds: number;
  key: ReleaseKey;
  /** Whose signatures the binaries believe besides `key`'s: keys that were before, or come next. */
  otherKeys: readonly string[];
  /** Holds a folder for each version and the newest one's list. */
  out: string;
  cache: string;
  say: (text: string) => void;
}

type Made = Pick<ReleaseArtifact, "kind" | "os" | "arch"> & { path: string };

/** Makes all files of a release in `<out>/<version>/`, which is there whole or not at all. Answers its list. */
export async function makeRelease(options: ReleaseOptions): Promise<ReleaseManifest> {
  const { version, out, key, say } = options;
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(out, ".release-"));
  try {
    const sourceDate = new Date(options.sourceSeconds * 1000).toISOString();
    const made: Made[] = [];
    for (const target of options.targets) made.push(...makeTarget(target, options, work, sourceDate));
    say("container image recipe, bill of materials");
    const other = (name: string, text: string) => {
      const path = join(work, name);
      writeFileSync(path, text);
      made.push({ kind: "other", os: null, arch: null, path });
    };
    other("Containerfile", readFileSync(join(root, "scripts/release/image/Containerfile"), "utf8"));
    other("muster-agent.cdx.json", await billOfMaterials(version, sourceDate));
    const artifacts = made.map((one) => artifact(one, key));
    const sums = artifacts.map(({ sha256, name }) => `${sha256}  ${name}\n`).join("");
    writeFileSync(join(work, "SHA256SUMS"), sums);
    writeFileSync(join(work, "SHA256SUMS.sig"), `${key.sign(Buffer.from(sums))}\n`);
    const manifest = releaseManifest.parse({ version, sourceDate, publicKey: key.publicKey, artifacts });
    writeFileSync(join(work, releaseManifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    const place = join(out, version);
    rmSync(place, { recursive: true, force: true });
    renameSync(work, place);
    copyFileSync(join(place, releaseManifestName), join(out, latestManifestName));
    return manifest;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function makeTarget(target: Target, options: ReleaseOptions, work: string, sourceDate: string): Made[] {
  const { version, key, cache, say, sourceSeconds, compression } = options;
  const { os, arch } = target;
  say(`binary for ${targetName(target)}`);
  const releaseKeys = [key.publicKey, ...options.otherKeys];
  const binary = compileAgent(target, { version, releaseKeys, out: work, cache });
  const made: Made[] = [{ kind: "binary", os, arch, path: binary }];
  if (options.packages && target.packages) {
    say(`deb and rpm for ${targetName(target)}`);
    const packaging: PackageOptions = { version, sourceSeconds, compression, out: work };
    const files = packageFiles(version, sourceDate.slice(0, 10));
    made.push({ kind: "deb", os, arch, path: makeDeb(binary, target.packages.deb, files, packaging) });
    made.push({ kind: "rpm", os, arch, path: makeRpm(binary, target.packages.rpm, files, packaging) });
  }
  return made;
}

function artifact({ kind, os, arch, path }: Made, key: ReleaseKey): ReleaseArtifact {
  const bytes = readFileSync(path);
  const signature = key.sign(bytes);
  writeFileSync(`${path}.sig`, `${signature}\n`);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name: basename(path), kind, os, arch, bytes: bytes.length, sha256, signature };
}
