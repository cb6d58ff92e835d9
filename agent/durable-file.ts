import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

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
export function asidePath(path: string): string {
  const slash = path.lastIndexOf("/");
  return `${path.slice(0, slash + 1)}.${path.slice(slash + 1)}.muster-new`;
}

export function writeFlushed(
  path: string,
  bytes: string | Uint8Array,
  access: { mode: number; owner?: { uid: number; gid: number } },
): void {
  rmSync(path, { force: true });
  const file = openSync(path, "wx", access.mode);
  try {
    fchmodSync(file, access.mode);
    if (access.owner) fchownSync(file, access.owner.uid, access.owner.gid);
    const data = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    for (let written = 0; written < data.length; ) written += writeSync(file, data, written);
    fsyncSync(file);
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
