import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { asidePath, flushFolder, replaceFile } from "../durable-file.ts";
import { type Downloaded, forgetDownload } from "./download.ts";
import { type OfferedPackage, plainName } from "./offer.ts";
import { unpack } from "./unpack.ts";

/** What is told of a whole package in its folder. */
interface Note {
  sha256: string;
  /** The program, relative to the folder; null = it has none. */
  program: string | null;
}

const noteName = ".muster-package.json";
const currentName = "current";
const downloadsName = ".downloads";
const addonsName = "addons";

/**
 * `<state folder>/packages`: a folder for each version of each package, `<name>/<version>-<sha8>`, and the link
 * `<name>/current` to the one that is started. A version's folder is there whole or not at all.
 */
export class PackageStore {
  readonly folder: string;
  readonly downloads: string;
  /** Holds a link for each add-on in use. */
  readonly addons: string;

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, "packages");
    this.downloads = join(this.folder, downloadsName);
    this.addons = join(stateFolder, addonsName);
  }

  /** Throws for a name that would lead out of the folder. */
  home(one: OfferedPackage): string {
    if (!plainName.test(one.name))
      throw new Error(`a package called ${JSON.stringify(one.name)} has no folder`);
    const version = one.version.replaceAll(/[^A-Za-z0-9._+-]/g, "_");
    return join(this.folder, one.name, `${version}-${one.sha256.slice(0, 8)}`);
  }

  /** Whether the package lies here whole. */
  has(one: OfferedPackage): boolean {
    return this.note(one)?.sha256 === one.sha256;
  }

  /** Absolute; null = the package has no program, or is not here. */
  program(one: OfferedPackage): string | null {
    const program = this.note(one)?.program ?? null;
    return program === null ? null : join(this.home(one), program);
  }

  /** The program that `<name>/current` leads to; null = there is none. */
  placed(name: string): string | null {
    const home = targetOf(join(this.folder, name, currentName));
    const program = home === null ? null : (noteIn(home)?.program ?? null);
    return home === null || program === null ? null : join(home, program);
  }

  forget(one: OfferedPackage): void {
    forgetDownload(this.downloads, one.sha256);
  }

  remove(one: OfferedPackage): void {
    rmSync(this.home(one), { recursive: true, force: true });
  }

  /** Makes a package's folder of its download, which is gone then. */
  async install(one: OfferedPackage, downloaded: Downloaded, maxBytes: number): Promise<void> {
    const home = this.home(one);
    const aside = asidePath(home);
    mkdirSync(dirname(home), { recursive: true, mode: 0o755 });
    rmSync(aside, { recursive: true, force: true });
    try {
      const program = await unpack(downloaded.path, aside, one.name, maxBytes);
      flushTree(aside);
      const note: Note = { sha256: one.sha256, program };
      replaceFile(join(aside, noteName), JSON.stringify(note), { mode: 0o644 });
      rmSync(home, { recursive: true, force: true });
      renameSync(aside, home);
    } catch (error) {
      rmSync(aside, { recursive: true, force: true });
      throw error;
    }
    flushFolder(dirname(home));
    forgetDownload(this.downloads, one.sha256);
  }

  /** Lets `<name>/current` lead to a package, or nowhere. False when it does so already. */
  point(name: string, one: OfferedPackage | null): boolean {
    return link(join(this.folder, name, currentName), one && this.home(one));
  }

  /** Lets the folder of add-ons hold links to these alone. False when it does so already. */
  pointAddons(addons: readonly OfferedPackage[]): boolean {
    const wanted = new Map(addons.map((one) => [one.name, this.home(one)]));
    const present = existsSync(this.addons) ? readdirSync(this.addons) : [];
    if (wanted.size > 0) mkdirSync(this.addons, { recursive: true, mode: 0o755 });
    let changed = false;
    for (const name of new Set([...wanted.keys(), ...present])) {
      changed = link(join(this.addons, name), wanted.get(name) ?? null) || changed;
    }
    return changed;
  }

  /** Removes what none of these is. */
  keep(packages: readonly OfferedPackage[]): void {
    const homes = new Set(packages.map((one) => this.home(one)));
    rmSync(this.downloads, { recursive: true, force: true });
    for (const name of existsSync(this.folder) ? readdirSync(this.folder) : []) {
      const versions = join(this.folder, name);
      for (const version of readdirSync(versions)) {
        const path = join(versions, version);
        if (version !== currentName && !homes.has(path)) rmSync(path, { recursive: true, force: true });
      }
      if (readdirSync(versions).length === 0) rmSync(versions, { recursive: true, force: true });
    }
  }

  private note(one: OfferedPackage): Note | null {
    return plainName.test(one.name) ? noteIn(this.home(one)) : null;
  }
}

function noteIn(home: string): Note | null {
  const path = join(home, noteName);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Note) : null;
}

/** Swapped by a rename, so that there is always the old one or the new one. */
function link(path: string, target: string | null): boolean {
  const now = targetOf(path);
  if (now === target) return false;
  if (target === null) {
    rmSync(path, { force: true });
  } else {
    const aside = asidePath(path);
    rmSync(aside, { force: true });
    symlinkSync(target, aside);
    renameSync(aside, path);
  }
  flushFolder(dirname(path));
  return true;
}

function targetOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function flushTree(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) flushTree(path);
    else flushFile(path);
  }
  flushFolder(folder);
}

function flushFile(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
