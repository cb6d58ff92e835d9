import { env } from "cloudflare:workers";
import type { ReleaseManifest } from "../../../protocol/release.ts";

export const downloadsBucket = (env as unknown as { DOWNLOADS: R2Bucket }).DOWNLOADS;

export const releasedBytes = new TextEncoder().encode("0123456789");

export function releaseOf(version: string, fields: Partial<ReleaseManifest> = {}): ReleaseManifest {
  return {
    version,
    sourceDate: "2026-11-01T00:00:00.000Z",
    publicKey: "AAAA",
    artifacts: [
      {
        name: "muster-agent-linux-x64",
        kind: "binary",
        os: "linux",
        arch: "x64",
        bytes: releasedBytes.length,
        sha256: "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882",
        signature: "AAAA",
      },
    ],
    ...fields,
  };
}

/** As `npm run release -- --publish` does, without the files. */
export async function publish(manifest: ReleaseManifest, latest = true): Promise<void> {
  const text = JSON.stringify(manifest);
  await downloadsBucket.put(`${manifest.version}/release.json`, text);
  if (latest) await downloadsBucket.put("latest.json", text);
}
