import { z } from "zod";
import type { ReleaseManifest } from "./release.ts";

/** What the agent is called among packages. */
export const agentPackageName = "muster-agent";

/** Of the agent's own releases: `/downloads/<version>/muster-agent.json`, and `latest` in place of a version. */
export const agentIndexName = "muster-agent.json";

/** An index is a text of a few lines. */
export const packageIndexBytes = 64 * 1024;

/**
 * One package for hosts of several kinds: its URL ends in `.json` and leads to this text, whose sha256 the release
 * holds, and which names a file for each platform.
 */
export const packageIndex = z.object({
  musterPackage: z.literal(1),
  name: z.string().min(1).max(100),
  version: z.string().min(1).max(100),
  /** By `<os>-<arch>` as Node names them: `linux-x64`, `darwin-arm64`. */
  platforms: z.record(
    z.string(),
    z.object({
      /** Absolute, or relative to the index. */
      url: z.string().min(1).max(2000),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      signature: z.base64().nullable(),
      bytes: z.int().positive(),
    }),
  ),
});

/** The index of a release of the agent. The same text each time, so that its sha256 can be held on to. */
export function agentIndex({ version, artifacts }: ReleaseManifest): string {
  const binaries = artifacts.filter(
    ({ kind, os, arch }) => kind === "binary" && os !== null && arch !== null,
  );
  const platforms = binaries
    .map(({ os, arch, name, sha256, signature, bytes }) => [
      `${os}-${arch}`,
      { url: name, sha256, signature, bytes },
    ])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const index = {
    musterPackage: 1,
    name: agentPackageName,
    version,
    platforms: Object.fromEntries(platforms),
  };
  return `${JSON.stringify(index, null, 2)}\n`;
}
