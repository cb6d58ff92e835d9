import { z } from "zod";
import {
  latestManifestName,
  type ReleaseManifest,
  releaseManifest,
  releaseManifestName,
  releaseVersion,
} from "../../protocol/release.ts";
import type { ByteRange, Downloads, StoredBytes } from "./downloads.ts";

/** Some kilobytes each. */
const mostRemembered = 200;

type Open = (path: string, range: ByteRange | null) => Promise<StoredBytes | null>;

/** From a bucket that holds `<version>/<file>` and the newest release's list. */
export function bucketDownloads(bucket: R2Bucket): Downloads {
  const open: Open = async (path, range) => {
    const object = await bucket.get(path, range ? { range: bucketRange(range) } : {});
    return object && { body: object.body, totalBytes: object.size };
  };
  const downloads = downloadsBy(open, async () => {
    const folders: string[] = [];
    let cursor: string | undefined;
    do {
      const found = await bucket.list({ delimiter: "/", ...(cursor !== undefined && { cursor }) });
      folders.push(...found.delimitedPrefixes.map((prefix) => prefix.slice(0, -1)));
      cursor = found.truncated ? found.cursor : undefined;
    } while (cursor !== undefined);
    return folders;
  });
  return { ...downloads, release: rememberReleases(downloads.release) };
}

/** What was published does not change: it is read once for each isolate. */
function rememberReleases(read: Downloads["release"]): Downloads["release"] {
  const known = new Map<string, ReleaseManifest>();
  return async (version) => {
    const found = known.get(version) ?? (await read(version));
    if (!found) return null;
    if (known.size >= mostRemembered) known.clear();
    known.set(version, found);
    return found;
  };
}

const bucketRange = ({ first, last }: ByteRange): R2Range =>
  last === null ? { offset: first } : { offset: first, length: last - first + 1 };

/** From a service that answers GET with byte ranges, and `/` with the names of its folders, as the local runtime does. */
export function serviceDownloads(service: Fetcher): Downloads {
  const open: Open = async (path, range) => {
    const headers: HeadersInit = range ? { range: `bytes=${range.first}-${range.last ?? ""}` } : {};
    const answer = await service.fetch(`http://downloads/${path}`, { headers });
    if (!answer.ok || !answer.body) {
      await answer.body?.cancel();
      if (answer.status === 404) return null;
      throw new Error(`the downloads answered ${answer.status} for ${path}`);
    }
    const total =
      answer.headers.get("content-range")?.split("/").at(-1) ?? answer.headers.get("content-length");
    return { body: answer.body, totalBytes: Number(total) };
  };
  return downloadsBy(open, async () => {
    const stored = await open("", null);
    return stored ? z.array(z.string()).parse(await new Response(stored.body).json()) : [];
  });
}

function downloadsBy(open: Open, folders: () => Promise<string[]>): Downloads {
  const manifest = async (path: string) => {
    const stored = await open(path, null);
    return stored && releaseManifest.parse(await new Response(stored.body).json());
  };
  return {
    list: async () => (await folders()).filter((name) => releaseVersion.safeParse(name).success),
    latest: () => manifest(latestManifestName),
    release: (version) => manifest(`${version}/${releaseManifestName}`),
    open: (version, name, range) => open(`${version}/${name}`, range),
  };
}
