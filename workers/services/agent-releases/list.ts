import { sha256Hex } from "../../../domain/configs/hash.ts";
import { compareVersions } from "../../../domain/versions.ts";
import type { AgentRelease } from "../../../protocol/api/agent-releases.ts";
import { agentIndex, agentIndexName, agentPackageName } from "../../../protocol/package-index.ts";
import { type ReleaseManifest, releaseVersionPattern } from "../../../protocol/release.ts";
import type { Context } from "../context.ts";
import { pageOf, placeCursor } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";

/** The newest first. One whose list is not there (yet) is left out. */
export async function listAgentReleases({ ctx, input }: { ctx: Context; input: ListInput }) {
  const { downloads, publicUrl } = ctx;
  const before = placeCursor(releaseVersionPattern, input.cursor);
  const [versions, latest] = await Promise.all([downloads.list(), downloads.latest()]);
  const left = versions
    .filter((version) => before === undefined || compareVersions(version, before) < 0)
    .sort((a, b) => compareVersions(b, a));
  const rows = left.slice(0, input.limit);
  const page = pageOf(
    { rows, more: left.length > rows.length },
    (version) => version,
    (version) => version,
  );
  const manifests = await Promise.all(rows.map((version) => downloads.release(version)));
  const items = manifests
    .filter((manifest) => manifest !== null)
    .map((manifest) => view(manifest, manifest.version === latest?.version, publicUrl));
  return { ...page, items };
}

function view(manifest: ReleaseManifest, latest: boolean, publicUrl: string): AgentRelease {
  const { version, sourceDate, publicKey, artifacts } = manifest;
  const at = (name: string) => `${publicUrl}/downloads/${version}/${name}`;
  const index = agentIndex(manifest);
  return {
    version,
    latest,
    sourceDate,
    publicKey: publicKey || null,
    platforms: artifacts
      .flatMap(({ kind, os, arch }) => (kind === "binary" && os && arch ? [`${os}-${arch}`] : []))
      .sort(),
    package: { name: agentPackageName, version, url: at(agentIndexName), sha256: sha256Hex(index) },
    files: artifacts.map(({ signature, ...file }) => ({
      ...file,
      signature: signature || null,
      url: at(encodeURIComponent(file.name)),
    })),
  };
}
