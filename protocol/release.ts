import { z } from "zod";

/** The file beside a release's artifacts that lists them, and, one level up, the copy of the newest one. */
export const releaseManifestName = "release.json";
export const latestManifestName = "latest.json";

export const releaseVersionPattern = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?$/;

export const releaseVersion = z
  .string()
  .max(60)
  .regex(releaseVersionPattern, { error: "must be a version such as 1.2.3 or 1.2.3-rc.1" });

const artifactName = z
  .string()
  .max(120)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._~+-]*$/, { error: "must be the plain name of a file" });

/** One file of a release. */
export const releaseArtifact = z.object({
  name: artifactName,
  kind: z.enum(["binary", "deb", "rpm", "other"]),
  /** As the binary's name has them; null = the same for all. */
  os: z.enum(["linux", "darwin"]).nullable(),
  arch: z.enum(["x64", "arm64"]).nullable(),
  bytes: z.int().positive(),
  /** Hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Base64 of an ed25519 signature over the SHA-512 digest. */
  signature: z.base64(),
});
export type ReleaseArtifact = z.infer<typeof releaseArtifact>;

/** What `npm run release` has made, and the control plane serves below `/downloads/<version>/`. */
export const releaseManifest = z.object({
  version: releaseVersion,
  /** RFC 3339: of the commit that it was made from. */
  sourceDate: z.iso.datetime(),
  /** The base64 of the ed25519 public key that signed. */
  publicKey: z.base64(),
  artifacts: z.array(releaseArtifact).max(100),
});
export type ReleaseManifest = z.infer<typeof releaseManifest>;
