import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { asidePath, flushFolder, writeFlushed } from "../durable-file.ts";
import type { InitialFiles, StateFile, StoredFile } from "../state-file.ts";

/** Mode of files that were not there before. */
const newFileMode = 0o640;

/** Why these names cannot be written into the config folder; null when they can. */
export function nameProblem(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    const parts = name.split("/");
    if (name === "") return "the config has a file without a name; give its config a file name";
    if (
      name.includes("\0") ||
      name.includes("\\") ||
      parts.some((p) => p === "" || p === "." || p === "..")
    ) {
      return `the file name "${name}" would leave the config folder; use a plain relative name`;
    }
    if (parts.some((part) => part.endsWith(".muster-new"))) {
      return `the file name "${name}" ends in .muster-new, which the agent keeps for itself; choose another`;
    }
    seen.add(name);
  }
  for (const name of names) {
    const folder = [...seen].find((other) => other.startsWith(`${name}/`));
    if (folder) return `"${name}" is a file and, by "${folder}", also a folder; rename one`;
  }
  return null;
}

/**
 * The folder that configs are written into. Files that no config of Muster ever named are left alone; a named one
 * is remembered as it was (`initial`), and returns to that when no config names it any more.
 */
export class ConfigFolder {
  readonly path: string;
  private readonly state: StateFile;

  constructor(path: string, state: StateFile) {
    this.path = path;
    this.state = state;
    mkdirSync(path, { recursive: true });
  }

  /** Remembers what the named files were, durably, before anything is written over them. */
  adopt(names: readonly string[]): void {
    const initial = this.state.loadInitial();
    const fresh = names.filter((name) => !initial.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) initial.set(name, this.read(name));
    this.state.saveInitial(initial);
  }

  /** Every managed file as it should be under `config`; null = absent. Null config = before Muster's first. */
  tree(config: readonly StoredFile[] | null): InitialFiles {
    const tree: InitialFiles = this.state.loadInitial();
    for (const file of config ?? []) {
      tree.set(file.name, { body: file.body, mode: tree.get(file.name)?.mode ?? newFileMode });
    }
    return tree;
  }

  /** Writes `tree` into a folder of its own, beside links to the unmanaged files, for the validator. */
  stage(tree: InitialFiles): string {
    const staged = join(this.state.folder, "staged");
    rmSync(staged, { recursive: true, force: true });
    mkdirSync(staged, { mode: 0o700 });
    for (const [name, file] of tree) {
      if (!file) continue;
      mkdirSync(dirname(join(staged, name)), { recursive: true });
      writeFlushed(join(staged, name), file.body, { mode: file.mode });
    }
    for (const name of readdirSync(this.path)) {
      const managed = tree.has(name) || existsSync(join(staged, name)) || name.endsWith(".muster-new");
      if (!managed) symlinkSync(join(realpathSync(this.path), name), join(staged, name));
    }
    return staged;
  }

  unstage(): void {
    rmSync(join(this.state.folder, "staged"), { recursive: true, force: true });
  }

  /**
   * Puts `tree` in place: every new file is written aside and flushed first, then each is renamed over the old one.
   * A kill between two renames leaves a mix, which the next start finds by the state file and undoes.
   */
  swap(tree: InitialFiles, atRename: (index: number) => void = () => {}): void {
    const replaced: string[] = [];
    const removed: string[] = [];
    for (const [name, file] of tree) {
      const path = this.insidePath(name);
      rmSync(asidePath(path), { force: true });
      if (!file) {
        if (existsSync(path)) removed.push(path);
        continue;
      }
      if (this.holds(path, file)) continue;
      mkdirSync(dirname(path), { recursive: true });
      const owner = process.getuid?.() === 0 && existsSync(path) ? statSync(path) : undefined;
      writeFlushed(asidePath(path), file.body, { mode: file.mode, ...(owner && { owner }) });
      replaced.push(path);
    }
    for (const [index, path] of replaced.entries()) {
      atRename(index);
      renameSync(asidePath(path), path);
    }
    for (const path of removed) rmSync(path, { force: true });
    for (const folder of new Set([...replaced, ...removed].map(dirname))) flushFolder(folder);
  }

  /** The managed files as they now are on disk. */
  effective(config: readonly StoredFile[] | null): StoredFile[] {
    const types = new Map((config ?? []).map((file) => [file.name, file.contentType]));
    return [...this.state.loadInitial().keys()].sort().flatMap((name) => {
      // What has taken the file's place, such as a folder, is not the file: it is missing.
      const path = this.insidePath(name);
      const file = existsSync(path) && statSync(path).isFile() ? this.read(name) : null;
      return file ? [{ name, body: file.body, contentType: types.get(name) ?? "" }] : [];
    });
  }

  /** Names of the managed files, there or not. */
  managed(): string[] {
    return [...this.state.loadInitial().keys()];
  }

  /** Is there anything for a program to start with? */
  hasFiles(): boolean {
    return readdirSync(this.path).some((name) => !name.startsWith("."));
  }

  private holds(path: string, file: { body: Uint8Array; mode: number }): boolean {
    if (!existsSync(path) || lstatSync(path).isSymbolicLink()) return false;
    return (statSync(path).mode & 0o777) === file.mode && readFileSync(path).equals(file.body);
  }

  private read(name: string): { body: Uint8Array; mode: number } | null {
    const path = this.insidePath(name);
    if (!existsSync(path)) return null;
    const found = statSync(path);
    if (!found.isFile()) throw new Error(`${path} is not a file; remove it or rename the config's file`);
    return { body: new Uint8Array(readFileSync(path)), mode: found.mode & 0o777 };
  }

  /** Refuses a name whose folder is a link that leads out of the config folder. */
  private insidePath(name: string): string {
    const root = realpathSync(this.path);
    let folder = dirname(join(root, name));
    while (!existsSync(folder)) folder = dirname(folder);
    const real = realpathSync(folder);
    if (real !== root && !real.startsWith(root + sep)) {
      throw new Error(`"${name}" leads out of ${this.path} through a link; remove the link`);
    }
    return join(root, name);
  }
}
