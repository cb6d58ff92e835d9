import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Place, proofBytes, proofOf } from "./place.ts";

/** A file of a log that is rotated: the present one, or one before it. */
export interface Generation {
  path: string;
  inode: number;
  size: number;
  modifiedMs: number;
}

const packed = /\.(gz|bz2|xz|zst|lz4|zip)$/;
const mostGenerations = 20;

/** Oldest first, the present one last. Packed ones and links are left out. */
export async function generations(path: string): Promise<Generation[]> {
  const name = basename(path);
  const folder = dirname(path);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const related = names.filter(
    (one) =>
      one === name || ((one.startsWith(`${name}.`) || one.startsWith(`${name}-`)) && !packed.test(one)),
  );
  const found = await Promise.all(related.map((one) => generation(join(folder, one))));
  return found
    .filter((one) => one !== null)
    .sort(
      (a, b) =>
        Number(a.path === path) - Number(b.path === path) ||
        a.modifiedMs - b.modifiedMs ||
        numberOf(b.path) - numberOf(a.path),
    )
    .slice(-mostGenerations);
}

async function generation(path: string): Promise<Generation | null> {
  try {
    const stat = await lstat(path);
    if (!stat.isFile()) return null;
    return { path, inode: stat.ino, size: stat.size, modifiedMs: stat.mtimeMs };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Not through a link: what is read is what the settings allow. null = it has gone meanwhile. */
export async function openGeneration(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Which generation holds the place: by its inode or, where the file was copied away and emptied, by what precedes it. */
export async function locate(all: readonly Generation[], place: Place): Promise<Generation | null> {
  const likely = all
    .toReversed()
    .sort((a, b) => Number(b.inode === place.inode) - Number(a.inode === place.inode));
  for (const one of likely) {
    if (place.offset === 0) {
      if (one.inode === place.inode) return one;
    } else if (one.size >= place.offset && (await holds(one, place))) {
      return one;
    }
  }
  return null;
}

async function holds({ path }: Generation, { offset, proof }: Place): Promise<boolean> {
  const file = await openGeneration(path);
  if (!file) return false;
  try {
    return (
      proofOf(await readAt(file, Math.max(0, offset - proofBytes), Math.min(offset, proofBytes))) === proof
    );
  } finally {
    await file.close();
  }
}

/** Fewer bytes at the end of the file. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT";

/** `app.log.2` is older than `app.log.1`, where their times do not tell. */
const numberOf = (path: string) => Number(/\.(\d{1,4})$/.exec(path)?.[1] ?? 0);
