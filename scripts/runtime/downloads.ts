import { spawn } from "node:child_process";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { type Request, Response } from "miniflare";
import { latestManifestName } from "../../protocol/release.ts";
import { hostTarget, targetName } from "../release/targets.ts";
import { releaseDir, root } from "./paths.ts";

/**
 * The agent's releases for the local runtime: those in `releases` (left out: `dist/release`) where `npm run release` has
 * made some, else one with the binary of this machine alone, compiled below `stateDir` when somebody first asks.
 */
export function localDownloads(
  stateDir: string,
  releases = releaseDir,
): (request: Request) => Promise<Response> {
  let made: Promise<string> | null = null;
  const folder = async () => {
    if (existsSync(join(releases, latestManifestName))) return releases;
    made ??= compile(join(stateDir, "downloads")).catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  return async (request) => {
    const from = await folder();
    const { pathname } = new URL(request.url);
    if (pathname === "/") return Response.json(foldersOf(from));
    const path = resolve(from, `.${decodeURIComponent(pathname)}`);
    const isInside = path.startsWith(from + sep);
    const stat = isInside ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (!stat?.isFile()) return new Response("There is no such file.\n", { status: 404 });
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "") ?? [];
    const start = Number(first ?? 0);
    const end = Math.min(last ? Number(last) : stat.size - 1, stat.size - 1);
    const body = Readable.toWeb(createReadStream(path, { start, end: Math.max(start, end) }));
    return new Response(body, {
      status: first === undefined ? 200 : 206,
      headers: {
        "content-length": String(end - start + 1),
        ...(first === undefined ? {} : { "content-range": `bytes ${start}-${end}/${stat.size}` }),
      },
    });
  };
}

const foldersOf = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

async function compile(out: string): Promise<string> {
  const target = hostTarget();
  if (!target) throw new Error(`the agent is not compiled for ${process.platform}-${process.arch}`);
  const args = ["--targets", targetName(target), "--no-packages", "--out", out];
  const child = spawn(process.execPath, [join(root, "scripts/release.ts"), ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const code = await new Promise((done) => child.once("exit", done));
  if (code !== 0) throw new Error(`the agent could not be compiled: ${errors}`);
  return out;
}
