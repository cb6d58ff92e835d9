import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { replaceFile } from "../durable-file.ts";
import { type Answer, ask, PassingAnswer, RefusedSource, type Source } from "./download-source.ts";

export interface DownloadOptions extends Source {
  /** Hex, of the whole file. */
  sha256: string;
  /** Where the file and what is known of it lie, by its sha256. */
  folder: string;
  maxBytes: number;
  signal: AbortSignal;
  /** Called with each piece. `totalBytes`: null = not known. */
  onProgress?: (bytes: number, totalBytes: number | null) => void;
  pace?: DownloadPace;
}

export interface DownloadPace {
  /** Doubled with each try that brought nothing, up to `capMs`. */
  againMs: number;
  capMs: number;
  /** Without a byte for so long, the connection is given up. */
  stallMs: number;
  /** One after another that brought nothing. */
  tries: number;
  /** All of them, also those that brought something. */
  triesInAll?: number;
  /** For the whole file, however it comes. */
  wholeMs?: number;
}

const usualPace: DownloadPace = { againMs: 1_000, capMs: 30_000, stallMs: 30_000, tries: 6 };
const usualTriesInAll = 100;
const usualWholeMs = 6 * 3_600_000;
/** Whole files that were not what the release says; the second one came after everything was thrown away. */
const mostMismatches = 2;
/** What a download leaves free on the disk. */
const spareBytes = 16 * 1024 * 1024;

export interface Downloaded {
  path: string;
  bytes: number;
  sha512: Uint8Array;
}

/** It cannot be had; says why, and what to do. */
export class DownloadProblem extends Error {
  override readonly name = "DownloadProblem";
}

/**
 * Loads a file whose sha256 is known. What came is kept through a broken connection and a restart of the agent, and goes
 * on there when the server says by ETag or date that the file is still the same. Throws DownloadProblem, and what an
 * abort throws.
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  try {
    return await loadAll(options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    const full = (error as NodeJS.ErrnoException).code === "ENOSPC";
    // What lies there would keep the disk full for everybody else.
    if (full) forgetDownload(options.folder, options.sha256);
    if (full) throw new DownloadProblem(`no room left on the disk of ${options.folder}; make some and retry`);
    throw error instanceof RefusedSource ? new DownloadProblem(error.message) : error;
  }
}

async function loadAll(options: DownloadOptions): Promise<Downloaded> {
  const { folder, sha256 } = options;
  const path = partPath(folder, sha256);
  const pace = options.pace ?? usualPace;
  const { triesInAll = usualTriesInAll, wholeMs = usualWholeMs } = pace;
  const late = AbortSignal.timeout(wholeMs);
  const signal = AbortSignal.any([options.signal, late]);
  const tooLate = () =>
    new DownloadProblem(
      `it did not come whole within ${wholeMs / 1000} s; see to the way to ${hostOf(options)}`,
    );
  let mismatches = 0;
  for (let failures = 0, all = 1, resumed = false; ; all++) {
    const before = sizeOf(path);
    let answer: Answer | null = null;
    try {
      const stall = new AbortController();
      const either = AbortSignal.any([signal, stall.signal]);
      const watch = watchStall(stall, pace.stallMs);
      try {
        answer = await ask(options, { have: before, validator: readValidator(options) }, either);
        resumed ||= answer.from > 0;
        await append(options, answer, watch.alive);
      } finally {
        watch.end();
      }
      const found = await digests(path, signal);
      if (found.sha256 === sha256) return { path, bytes: found.bytes, sha512: found.sha512 };
      forgetDownload(folder, sha256);
      mismatches++;
      // Two versions of a file may have been pieced together; a file that came in one go is what it is.
      if (!resumed || mismatches >= mostMismatches) {
        throw new RefusedSource(
          `its sha256 is ${found.sha256}, not ${sha256} as the release says; it was thrown away`,
        );
      }
      resumed = false;
    } catch (error) {
      if (options.signal.aborted || error instanceof RefusedSource || isFileProblem(error)) throw error;
      if (late.aborted) throw tooLate();
      if (error instanceof PassingAnswer && error.status === 416) forgetDownload(folder, sha256);
      failures = sizeOf(path) > before ? 0 : failures + 1;
      if (failures >= pace.tries || all >= triesInAll) {
        const times = failures >= pace.tries ? failures : all;
        throw new DownloadProblem(`it could not be downloaded, tried ${times} times: ${reasonOf(error)}`);
      }
    }
    const pauseMs = Math.min(pace.capMs, pace.againMs * 2 ** Math.max(0, failures - 1));
    await sleep(pauseMs, null, { signal: options.signal });
  }
}

async function append(options: DownloadOptions, answer: Answer, alive: () => void): Promise<void> {
  const { folder, maxBytes, onProgress, sha256, url } = options;
  const { body, from, totalBytes, validator } = answer;
  if (totalBytes !== null && totalBytes > maxBytes) throw tooLarge(totalBytes, maxBytes);
  const missing = (totalBytes ?? from) - from;
  const room = roomIn(folder);
  if (missing + spareBytes > room) {
    throw new RefusedSource(
      `it has ${megabytes(missing)} to load, and ${folder} has room for ${megabytes(Math.max(0, room - spareBytes))}; make room and retry`,
    );
  }
  replaceFile(notePath(folder, sha256), JSON.stringify({ url, validator }), { mode: 0o600 });
  const file = await open(partPath(folder, sha256), from > 0 ? "a" : "w", 0o600);
  try {
    let bytes = from;
    for await (const piece of body) {
      alive();
      bytes += piece.length;
      if (bytes > maxBytes) throw tooLarge(bytes, maxBytes);
      await writeWhole(file, piece);
      onProgress?.(bytes, totalBytes);
    }
    await file.sync();
    if (totalBytes !== null && bytes < totalBytes) {
      throw new PassingAnswer(`the connection ended at ${bytes} of ${totalBytes} bytes`, 0);
    }
  } finally {
    await file.close();
  }
}

async function writeWhole(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let written = 0; written < piece.length; ) {
    written += (await file.write(piece, written)).bytesWritten;
  }
}

async function digests(path: string, signal: AbortSignal) {
  const sha256 = createHash("sha256");
  const sha512 = createHash("sha512");
  let bytes = 0;
  for await (const piece of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    sha256.update(piece);
    sha512.update(piece);
  }
  return { bytes, sha256: sha256.digest("hex"), sha512: new Uint8Array(sha512.digest()) };
}

function watchStall(stall: AbortController, stallMs: number) {
  const giveUp = () => stall.abort(new PassingAnswer(`no byte came for ${stallMs / 1000} s`, 0));
  let timer = setTimeout(giveUp, stallMs);
  return {
    alive: () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, stallMs);
    },
    end: () => clearTimeout(timer),
  };
}

/** What was downloaded of a file, or all of it. */
export function forgetDownload(folder: string, sha256: string): void {
  rmSync(partPath(folder, sha256), { force: true });
  rmSync(notePath(folder, sha256), { force: true });
}

/** What the server said of the file when it was asked last; null = nothing that another answer could be compared with. */
function readValidator({ folder, sha256, url }: DownloadOptions): string | null {
  const path = notePath(folder, sha256);
  if (!existsSync(path)) return null;
  const note: { url: string; validator: string | null } = JSON.parse(readFileSync(path, "utf8"));
  return note.url === url ? note.validator : null;
}

const partPath = (folder: string, sha256: string) => join(folder, `${sha256}.part`);
const notePath = (folder: string, sha256: string) => join(folder, `${sha256}.json`);
const sizeOf = (path: string) => (existsSync(path) ? statSync(path).size : 0);
const isFileProblem = (error: unknown) =>
  ["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EIO"].includes((error as NodeJS.ErrnoException).code ?? "");

function roomIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
const tooLarge = (bytes: number, most: number) =>
  new RefusedSource(
    `it has ${megabytes(bytes)} and this host takes at most ${megabytes(most)}; raise upgrade.maxMegabytes on the host`,
  );

const hostOf = ({ url }: Source) => new URL(url).host;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
