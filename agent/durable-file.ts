import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** Endings of names that the agent keeps for itself in the folders it writes into. */
const asideEnding = ".muster-new";
const keptEnding = ".muster-old";
export const ownEndings: readonly string[] = [asideEnding, keptEnding];

/**
 * Replaces `path` so that a crash at any moment leaves either the old bytes or the new ones: written aside, flushed,
 * renamed, and the folder flushed. The folder must exist.
 */
export function replaceFile(
  path: string,
  bytes: string | Uint8Array,
  access: { mode: number; owner?: { uid: number; gid: number } },
): void {
  const aside = asidePath(path);
  writeFlushed(aside, bytes, access);
  renameSync(aside, path);
  flushFolder(dirname(path));
}

/** Where the next version of `path` is written before it takes its place. */
export const asidePath = (path: string): string => hidden(path, asideEnding);

/** Where the version before is kept until the next one has proven itself. */
export const keptPath = (path: string): string => hidden(path, keptEnding);

function hidden(path: string, ending: string): string {
  const slash = path.lastIndexOf("/");
  return `${path.slice(0, slash + 1)}.${path.slice(slash + 1)}${ending}`;
}

/** The path that `asidePath` or `keptPath` was made of; any other as it is. */
export const plainPath = (path: string): string => path.replace(/\.([^/]+)\.muster-(?:new|old)$/, "$1");

/** Writes a new file, never through a link. What cannot be written whole is removed again. */
export function writeFlushed(
  path: string,
  bytes: string | Uint8Array,
  access: { mode: number; owner?: { uid: number; gid: number } },
): void {
  rmSync(path, { force: true });
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, access.mode);
  try {
    fchmodSync(file, access.mode);
    if (access.owner) fchownSync(file, access.owner.uid, access.owner.gid);
    const data = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    for (let written = 0; written < data.length; ) written += writeSync(file, data, written);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    // The system names only the descriptor.
    throw Object.assign(error as Error, { path });
  } finally {
    closeSync(file);
  }
}

export function flushFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
