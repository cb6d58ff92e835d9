import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Place, proofBytes, proofOf } from "./place.ts";
import { SourceError } from "./source.ts";

/** A file of a log that is rotated: the present one, or one before it. */
export interface Generation {
  path: string;
  inode: number;
  size: number;
  modifiedMs: number;
}

/** Behind the name of the present file: a number, a time, or a word of rotation. Packed ones are none. */
const rotated = /^[.-](?:old|bak|\d[\d._:TZ+-]*)$/;
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
    (one) => one === name || (one.startsWith(name) && rotated.test(one.slice(name.length))),
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

/**
 * Not through a link, neither the file nor a folder above it: what is read is what the settings allow. null = it has
 * gone meanwhile. Throws a SourceError where a folder has become a link.
 */
export async function openGeneration(path: string): Promise<FileHandle | null> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const folder = await folderOf(file, path).catch(() => null);
  if (folder === dirname(path)) return file;
  await file.close();
  throw new SourceError(`${path} is reached through a link: name the file in the folder that it leads to`);
}

/** Where the open file lies. Asked of the system where it can tell, since a path may lead elsewhere a moment later. */
async function folderOf(file: FileHandle, path: string): Promise<string> {
  if (process.platform === "linux") return dirname(await readlink(`/proc/self/fd/${file.fd}`));
  return realpath(dirname(path));
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
