import { latestManifestName, releaseManifest, releaseManifestName } from "../../protocol/release.ts";
import type { ByteRange, Downloads, StoredBytes } from "./downloads.ts";

type Open = (path: string, range: ByteRange | null) => Promise<StoredBytes | null>;

/** From a bucket that holds `<version>/<file>` and the newest release's list. */
export function bucketDownloads(bucket: R2Bucket): Downloads {
  return downloadsBy(async (path, range) => {
    const object = await bucket.get(path, range ? { range: bucketRange(range) } : {});
    return object && { body: object.body, totalBytes: object.size };
  });
}

const bucketRange = ({ first, last }: ByteRange): R2Range =>
  last === null ? { offset: first } : { offset: first, length: last - first + 1 };

/** From a service that answers GET with byte ranges, as the local runtime does. */
export function serviceDownloads(service: Fetcher): Downloads {
  return downloadsBy(async (path, range) => {
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
  });
}

function downloadsBy(open: Open): Downloads {
  const manifest = async (path: string) => {
    const stored = await open(path, null);
    return stored && releaseManifest.parse(await new Response(stored.body).json());
  };
  return {
    latest: () => manifest(latestManifestName),
    release: (version) => manifest(`${version}/${releaseManifestName}`),
    open: (version, name, range) => open(`${version}/${name}`, range),
  };
}
