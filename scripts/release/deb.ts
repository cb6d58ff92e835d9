import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { debScripts, type PackageFile } from "./package-files.ts";
import { run } from "./toolchain.ts";

export interface PackageOptions {
  version: string;
  /** Seconds since 1970: the time of everything inside. */
  sourceSeconds: number;
  /** 1 to 9. */
  compression: number;
  out: string;
}

export const description = "Agent of Muster, a control plane for fleets";
export const homepage = "https://github.com/muster/muster";

/** Makes the Debian package of the binary and answers its path. `arch`: as Debian calls it. */
export function makeDeb(
  binary: string,
  arch: string,
  files: readonly PackageFile[],
  options: PackageOptions,
): string {
  const { version, out, sourceSeconds, compression } = options;
  const work = mkdtempSync(join(out, ".deb-"));
  const tree = join(work, "tree");
  try {
    const sizeKilobytes = placeFiles(tree, binary, files);
    const control = [
      "Package: muster-agent",
      // A tilde sorts before everything: 1.0.0-rc.1 comes before 1.0.0.
      `Version: ${version.replace("-", "~")}`,
      `Architecture: ${arch}`,
      "Maintainer: Muster <release@muster.example>",
      `Installed-Size: ${sizeKilobytes}`,
      "Depends: libc6 (>= 2.17), passwd, util-linux",
      "Recommends: ca-certificates",
      "Section: admin",
      "Priority: optional",
      `Homepage: ${homepage}`,
      `Description: ${description}`,
      " It dials the control plane over OpAMP, keeps one program running, and moves it",
      " from config to config without ever leaving it broken.",
      "",
    ].join("\n");
    const meta = join(tree, "DEBIAN");
    mkdirSync(meta, { mode: 0o755 });
    const conffiles = files.filter(({ config }) => config).map(({ path }) => `/${path}\n`);
    const inMeta: [string, string, number][] = [
      ["control", control, 0o644],
      ["conffiles", conffiles.join(""), 0o644],
      ...Object.entries(debScripts).map(([name, text]): [string, string, number] => [name, text, 0o755]),
    ];
    for (const [name, text, mode] of inMeta) writeWith(join(meta, name), text, mode);
    dateAll(tree, sourceSeconds);
    const file = join(out, `muster-agent_${version}_${arch}.deb`);
    run("dpkg-deb", ["--root-owner-group", "-Zgzip", `-z${compression}`, "--build", tree, file], {
      env: { SOURCE_DATE_EPOCH: String(sourceSeconds) },
    });
    return file;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function writeWith(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** Answers how much it is, in kilobytes. */
export function placeFiles(tree: string, binary: string, files: readonly PackageFile[]): number {
  mkdirSync(join(tree, "usr/bin"), { recursive: true, mode: 0o755 });
  const placed = join(tree, "usr/bin/muster-agent");
  cpSync(binary, placed);
  chmodSync(placed, 0o755);
  for (const { path, mode, text } of files) writeWith(join(tree, path), text, mode);
  return Number(run("du", ["-sk", "--apparent-size", tree]).split("\t")[0]);
}

function dateAll(tree: string, seconds: number): void {
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true }))
    utimesSync(join(entry.parentPath, entry.name), seconds, seconds);
  utimesSync(tree, seconds, seconds);
}
