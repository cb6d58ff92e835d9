import {
  existsSync,
  linkSync,
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
import { asidePath, flushFolder, keptPath, ownEndings, writeFlushed } from "../durable-file.ts";
import type { InitialFiles, StateFile, StoredFile } from "../state-file.ts";

/** Mode of files that were not there before. */
const newFileMode = 0o640;
const newSecretMode = 0o600;
/** Of a file that was there before, and now carries secrets: nobody but its owner and its group. */
const secretMask = 0o770;

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
    const ending = ownEndings.find((one) => parts.some((part) => part.endsWith(one)));
    if (ending) {
      return `the file name "${name}" ends in ${ending}, which the agent keeps for itself; choose another`;
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
  private readonly generate: (folder: string) => void;

  /** `generate` writes what the agent adds to the files in a folder, whenever those have changed. */
  constructor(path: string, state: StateFile, generate: (folder: string) => void = () => {}) {
    this.path = path;
    this.state = state;
    this.generate = generate;
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
      tree.set(file.name, { body: file.body, mode: modeOf(file, tree.get(file.name)?.mode) });
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
      const managed = tree.has(name) || existsSync(join(staged, name)) || isOwn(name);
      if (!managed) symlinkSync(join(realpathSync(this.path), name), join(staged, name));
    }
    this.generate(staged);
    return staged;
  }

  unstage(): void {
    rmSync(join(this.state.folder, "staged"), { recursive: true, force: true });
  }

  /**
   * Puts `tree` in place: every new file is written aside and flushed first, then each is renamed over the old one,
   * which stays beside it under another name until `settle`: to return to it takes no room on the disk. When something
   * cannot be written, nothing is renamed. A kill between two renames leaves a mix, which the next start finds by the
   * state file and undoes.
   */
  swap(tree: InitialFiles, atRename: (index: number) => void = () => {}): void {
    const replaced: string[] = [];
    const removed: string[] = [];
    try {
      for (const [name, file] of tree) {
        const path = this.insidePath(name);
        rmSync(asidePath(path), { force: true });
        if (!file) {
          if (isThere(path)) removed.push(name);
        } else if (!this.holds(path, file)) {
          mkdirSync(dirname(path), { recursive: true });
          this.putAside(path, file);
          replaced.push(name);
        }
      }
    } catch (error) {
      for (const name of replaced) rmSync(asidePath(join(this.path, name)), { force: true });
      throw error;
    }
    for (const [index, name] of replaced.entries()) {
      atRename(index);
      const path = this.insidePath(name);
      keep(path);
      renameSync(asidePath(path), path);
    }
    for (const name of removed) {
      const path = this.insidePath(name);
      keep(path);
      rmSync(path, { force: true });
    }
    for (const folder of new Set([...replaced, ...removed].map((name) => dirname(join(this.path, name))))) {
      flushFolder(folder);
    }
    this.generate(this.path);
  }

  /** What `swap` left for a return is not needed any more. */
  settle(): void {
    for (const name of this.managed()) {
      const path = this.insidePath(name);
      rmSync(asidePath(path), { force: true });
      rmSync(keptPath(path), { force: true });
    }
  }

  /** The managed files as they now are on disk. */
  effective(config: readonly StoredFile[] | null): StoredFile[] {
    const types = new Map((config ?? []).map((file) => [file.name, file.contentType]));
    return [...this.state.loadInitial().keys()].sort().flatMap((name) => {
      // What has taken the file's place, such as a folder or a link to elsewhere, is not the file: it is missing.
      const path = this.insidePath(name);
      const there = existsSync(path) && this.isInside(realpathSync(path)) && statSync(path).isFile();
      const file = there ? this.read(name) : null;
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

  /** The version before, where it is the wanted one and still there, costs no room. */
  private putAside(path: string, file: { body: Uint8Array; mode: number }): void {
    if (this.holds(keptPath(path), file)) {
      linkSync(keptPath(path), asidePath(path));
      return;
    }
    const owner = process.getuid?.() === 0 && existsSync(path) ? statSync(path) : undefined;
    writeFlushed(asidePath(path), file.body, { mode: file.mode, ...(owner && { owner }) });
  }

  private read(name: string): { body: Uint8Array; mode: number } | null {
    const path = this.insidePath(name);
    if (!existsSync(path)) return null;
    if (!this.isInside(realpathSync(path))) {
      throw new Error(`${path} is a link that leads out of ${this.path}; put the file itself in its place`);
    }
    const found = statSync(path);
    if (!found.isFile()) throw new Error(`${path} is not a file; remove it or rename the config's file`);
    return { body: new Uint8Array(readFileSync(path)), mode: found.mode & 0o777 };
  }

  /** Refuses a name whose folder is a link that leads out of the config folder. */
  private insidePath(name: string): string {
    const root = realpathSync(this.path);
    let folder = dirname(join(root, name));
    while (!isThere(folder)) folder = dirname(folder);
    if (!existsSync(folder) || !this.isInside(realpathSync(folder))) {
      throw new Error(`"${name}" leads out of ${this.path} through a link; remove the link`);
    }
    return join(root, name);
  }

  private isInside(real: string): boolean {
    const root = realpathSync(this.path);
    return real === root || real.startsWith(root + sep);
  }
}

function modeOf({ secret }: StoredFile, before: number | undefined): number {
  if (before === undefined) return secret ? newSecretMode : newFileMode;
  return secret ? before & secretMask : before;
}

const isOwn = (name: string) => ownEndings.some((ending) => name.endsWith(ending));

/** Also a link that leads nowhere is there. */
const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Keeps what is at `path` under another name. Where the file system has no such links, a return writes it anew. */
function keep(path: string): void {
  rmSync(keptPath(path), { force: true });
  try {
    linkSync(path, keptPath(path));
  } catch {
    // Nothing depends on it: there may be no file yet, and a return then writes what the state folder holds.
  }
}
