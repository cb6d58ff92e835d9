import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { description, homepage, type PackageOptions, placeFiles } from "./deb.ts";
import { type PackageFile, rpmScripts } from "./package-files.ts";
import { run } from "./toolchain.ts";

/** Makes the RPM of the binary and answers its path. `arch`: as RPM calls it. */
export function makeRpm(
  binary: string,
  arch: string,
  files: readonly PackageFile[],
  options: PackageOptions,
): string {
  const { version, out, sourceSeconds, compression } = options;
  const work = mkdtempSync(join(out, ".rpm-"));
  try {
    const tree = join(work, "tree");
    placeFiles(tree, binary, files);
    const spec = join(work, "muster-agent.spec");
    writeFileSync(spec, specFile(version, files, tree));
    const macros = {
      _topdir: join(work, "top"),
      _buildhost: "reproducible",
      use_source_date_epoch_as_buildtime: "1",
      clamp_mtime_to_source_date_epoch: "1",
      _binary_payload: `w${compression}.gzdio`,
      // Anything that "improves" a compiled binary cuts off the code that is appended to it.
      __os_install_post: "%{nil}",
      debug_package: "%{nil}",
      _build_id_links: "none",
    };
    const defines = Object.entries(macros).flatMap(([name, value]) => ["--define", `${name} ${value}`]);
    run("rpmbuild", ["-bb", "--quiet", "--target", `${arch}-linux`, ...defines, spec], {
      env: { SOURCE_DATE_EPOCH: String(sourceSeconds) },
    });
    const made = readdirSync(join(work, "top/RPMS", arch));
    if (!made[0] || made.length > 1) throw new Error(`rpmbuild made ${made.length} packages instead of one`);
    const file = join(out, `muster-agent-${version}.${arch}.rpm`);
    renameSync(join(work, "top/RPMS", arch, made[0]), file);
    return file;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const octal = (mode: number) => mode.toString(8).padStart(4, "0");

function specFile(version: string, files: readonly PackageFile[], tree: string): string {
  const scripts = Object.entries(rpmScripts).map(([name, text]) => `%${name}\n${text}`);
  const listed = files.map(
    ({ path, mode, config }) =>
      `%attr(${octal(mode)}, root, root) ${config ? "%config(noreplace) " : ""}/${path}`,
  );
  return [
    "Name: muster-agent",
    `Version: ${version.replace("-", "~")}`,
    "Release: 1",
    `Summary: ${description}`,
    "License: Apache-2.0",
    `URL: ${homepage}`,
    "AutoReqProv: no",
    "Requires: glibc >= 2.17, shadow-utils, util-linux",
    "",
    "%description",
    "It dials the control plane over OpAMP, keeps one program running, and moves it",
    "from config to config without ever leaving it broken.",
    "",
    "%install",
    `cp -a ${tree}/. %{buildroot}/`,
    "",
    ...scripts,
    "%files",
    "%attr(0755, root, root) /usr/bin/muster-agent",
    ...listed,
    "",
  ].join("\n");
}
