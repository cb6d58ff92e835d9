import { chmodSync, createReadStream, createWriteStream, mkdirSync, renameSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DownloadProblem } from "./download.ts";

/** Of all files of an archive together, measured by the largest package that the host takes. */
const timesUnpacked = 4;
const mostFiles = 10_000;
const gzipMagic = "1f8b";
/** "ustar" at 257 of a tar's first block. */
const tarMagicAt = 257;

/**
 * Puts what was downloaded into `folder`: a program as it is, or the files of a `.tar.gz`. Answers the program's path
 * below `folder`; null = it has none by that name. Throws DownloadProblem for an archive that leads out of the folder.
 */
export async function unpack(
  path: string,
  folder: string,
  name: string,
  maxBytes: number,
): Promise<string | null> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (!(await startsWith(path, gzipMagic))) {
    renameSync(path, join(folder, name));
    chmodSync(join(folder, name), 0o755);
    return name;
  }
  const plain = join(folder, name);
  const bounded = async function* (source: AsyncIterable<Buffer>) {
    let bytes = 0;
    for await (const piece of source) {
      bytes += piece.length;
      if (bytes > maxBytes * timesUnpacked) throw tooMuch();
      yield piece;
    }
  };
  await pipeline(createReadStream(path), createGunzip(), bounded, createWriteStream(plain, { mode: 0o755 }));
  if (!(await isTar(plain))) return name;
  return await untar(plain, folder, name);
}

async function untar(archive: string, folder: string, name: string): Promise<string | null> {
  // Most hosts never see an archive.
  const { extract } = await import("tar-stream");
  // Beside the files, so that none of them can take its place.
  const aside = `${folder}.tar`;
  await rename(archive, aside);
  const entries = extract();
  const programs: string[] = [];
  let files = 0;
  try {
    // Kept as a value: an entry that is refused ends it too, and is what is to be told.
    const filling = pipeline(createReadStream(aside), entries).then(
      () => null,
      (error: Error) => error,
    );
    for await (const entry of entries) {
      const { name: path, type, mode } = entry.header;
      const problem = pathProblem(path, type ?? "file");
      if (problem) throw new DownloadProblem(problem);
      if (++files > mostFiles) throw tooMuch();
      const target = join(folder, path);
      if (type === "directory") {
        mkdirSync(target, { recursive: true, mode: 0o755 });
        entry.resume();
        continue;
      }
      mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
      const runs = ((mode ?? 0) & 0o111) !== 0;
      // Without following what an earlier entry put there.
      await pipeline(
        entry as unknown as Readable,
        createWriteStream(target, { flags: "wx", mode: runs ? 0o755 : 0o644 }),
      );
      if (runs) programs.push(path);
    }
    const broken = await filling;
    if (broken) throw new DownloadProblem(`its archive cannot be read: ${broken.message}`);
  } finally {
    await rm(aside, { force: true });
  }
  const named = programs.filter((path) => basename(path) === name);
  return named[0] ?? (programs.length === 1 ? (programs[0] ?? null) : null);
}

function pathProblem(path: string, type: string): string | null {
  if (type !== "file" && type !== "directory") {
    return `its archive has "${path}", a ${type}; only files and folders are taken`;
  }
  if (path.startsWith("/") || path.includes("\\") || path.split("/").includes("..")) {
    return `its archive has "${path}", which leads out of the package's folder`;
  }
  return null;
}

async function startsWith(path: string, magic: string): Promise<boolean> {
  return (await peek(path, 0, magic.length / 2)).toString("hex") === magic;
}

async function isTar(path: string): Promise<boolean> {
  return (await peek(path, tarMagicAt, 5)).toString("latin1") === "ustar";
}

async function peek(path: string, at: number, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const tooMuch = () =>
  new DownloadProblem("its archive holds more than this host takes; raise upgrade.maxMegabytes on the host");
