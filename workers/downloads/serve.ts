import { agentIndex, agentIndexName } from "../../protocol/package-index.ts";
import {
  type ReleaseArtifact,
  releaseArtifact,
  releaseManifestName,
  releaseVersion,
} from "../../protocol/release.ts";
import type { ByteRange, Downloads } from "../adapters/downloads.ts";
import { setSecurityHeaders } from "../http/middleware/security-headers.ts";
import { installScript, noReleaseScript } from "./install-script.ts";

export interface DownloadOptions {
  platform: { downloads: Downloads };
  /** Scheme and host that clients reach us by; the request's own when left out. */
  publicUrl?: string | undefined;
}

const scriptPath = "/install.sh";
const filesPath = "/downloads/";

export const isDownload = (path: string): boolean => path === scriptPath || path.startsWith(filesPath);

/** Beside the files that a release lists. */
const lists = [releaseManifestName, "SHA256SUMS", "SHA256SUMS.sig"];

/** A released file never changes; which one is the newest does. */
const forever = "public, max-age=31536000, immutable";
const shortly = "public, max-age=60";

/** Answers `/install.sh` and `/downloads/<version>/<file>`, which need no credential: they are the same for everybody. */
export function createDownloads({
  platform,
  publicUrl,
}: DownloadOptions): (request: Request) => Promise<Response> {
  const { downloads } = platform;
  return async (request) => {
    const url = new URL(request.url);
    const origin = publicUrl ?? url.origin;
    const answer = await respond(request, url, origin, downloads);
    setSecurityHeaders(answer.headers, origin.startsWith("https:"));
    return answer;
  };
}

async function respond(request: Request, url: URL, origin: string, downloads: Downloads): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return said(405, "Only GET and HEAD are possible here.", { allow: "GET, HEAD" });
  if (url.pathname === scriptPath) return script(origin, downloads);
  const [version = "", name = "", ...more] = url.pathname.slice(filesPath.length).split("/");
  if (name === agentIndexName && more.length === 0) return index(version, downloads);
  const named =
    releaseVersion.safeParse(version).success && releaseArtifact.shape.name.safeParse(name).success;
  return named && more.length === 0
    ? file(request, version, name, downloads)
    : said(404, `There is nothing at ${url.pathname}. Files are at ${filesPath}<version>/<file>.`);
}

async function script(origin: string, downloads: Downloads): Promise<Response> {
  // The address becomes part of a program: one that holds more than a host and a port is nobody's.
  if (!/^https?:\/\/[A-Za-z0-9.:[\]-]+$/.test(origin))
    return said(400, "This address cannot be installed from.");
  const release = await downloads.latest();
  const headers = { "content-type": "text/x-shellscript; charset=utf-8", "cache-control": shortly };
  return release
    ? new Response(installScript(origin, release), { headers })
    : new Response(noReleaseScript(origin), {
        status: 503,
        headers: { ...headers, "cache-control": "no-store" },
      });
}

/** What a release offers as one package for hosts of every kind. */
async function index(version: string, downloads: Downloads): Promise<Response> {
  const latest = version === "latest";
  const known = latest || releaseVersion.safeParse(version).success;
  const manifest = known ? await (latest ? downloads.latest() : downloads.release(version)) : null;
  if (!manifest) return said(404, `There is no release ${version}.`);
  return new Response(agentIndex(manifest), {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": latest ? shortly : forever,
    },
  });
}

async function file(
  request: Request,
  version: string,
  name: string,
  downloads: Downloads,
): Promise<Response> {
  const manifest = await downloads.release(version);
  const listed = manifest?.artifacts.find(
    (artifact) => name === artifact.name || name === `${artifact.name}.sig`,
  );
  if (!manifest || !(listed || lists.includes(name))) {
    const fix = manifest ? `It is not one of ${version}'s files.` : `There is no release ${version}.`;
    return said(404, `${fix} ${filesPath}<version>/${releaseManifestName} lists a release's files.`);
  }
  const isArtifact = listed?.name === name;
  const asked = parseRange(request.headers.get("range"));
  const etag = isArtifact ? `"${listed.sha256}"` : null;
  const changed = etag !== null && (request.headers.get("if-range") ?? etag) !== etag;
  const range = isArtifact && !changed ? asked : null;
  if (range && listed && range.first >= listed.bytes)
    return said(416, "The range begins behind the file's end.", {
      "content-range": `bytes */${listed.bytes}`,
    });
  if (request.method === "HEAD" && isArtifact)
    return new Response(null, {
      headers: { ...fileHeaders(listed), "content-length": String(listed.bytes) },
    });
  const stored = await downloads.open(version, name, range);
  if (!stored)
    return said(404, `${name} is listed, but was not published. Publish release ${version} again.`);
  const { totalBytes } = stored;
  const first = range?.first ?? 0;
  const last = Math.min(range?.last ?? totalBytes - 1, totalBytes - 1);
  const headers = new Headers({
    ...fileHeaders(isArtifact ? listed : null),
    "content-length": String(last - first + 1),
    ...(range ? { "content-range": `bytes ${first}-${last}/${totalBytes}` } : {}),
  });
  if (request.method === "HEAD") {
    await stored.body.cancel();
    return new Response(null, { headers });
  }
  const sized = new FixedLengthStream(last - first + 1);
  // Its failure is the client's as well: it sees the body end early.
  stored.body.pipeTo(sized.writable).catch(() => {});
  return new Response(sized.readable, { status: range ? 206 : 200, headers });
}

/** null: a text beside the artifacts. */
function fileHeaders(artifact: ReleaseArtifact | null): Record<string, string> {
  return artifact
    ? {
        "content-type": "application/octet-stream",
        "cache-control": forever,
        "accept-ranges": "bytes",
        etag: `"${artifact.sha256}"`,
      }
    : { "content-type": "text/plain; charset=utf-8", "cache-control": forever, "accept-ranges": "none" };
}

/** One range, as downloads that go on ask for it; null = none, or one that is answered with the whole file. */
function parseRange(text: string | null): ByteRange | null {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(text ?? "") ?? [];
  if (first === undefined) return null;
  const range = { first: Number(first), last: last ? Number(last) : null };
  return range.last !== null && range.last < range.first ? null : range;
}

function said(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers },
  });
}
