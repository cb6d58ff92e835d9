/** The versions of the agent that this control plane serves. */
import { z } from "zod";
import { releaseArtifact, releaseVersion } from "../release.ts";
import { page, timestamp } from "./shared.ts";

const url = z.url().max(2000);
const sha256 = z.string().meta({ description: "64 hex digits" });
const signature = z.string().nullable();

const agentReleaseFile = z
  .object({
    name: z.string(),
    kind: releaseArtifact.shape.kind,
    os: releaseArtifact.shape.os.meta({ description: "null = for every one" }),
    arch: releaseArtifact.shape.arch.meta({ description: "null = for every one" }),
    bytes: z.int(),
    sha256,
    signature: signature.meta({
      description: "Base64 of an ed25519 signature over the file's SHA-512 digest; null = not signed",
    }),
    url,
  })
  .meta({ id: "AgentReleaseFile" });

export const agentRelease = z
  .object({
    version: releaseVersion,
    latest: z.boolean().meta({ description: "It is the one that the install script brings" }),
    sourceDate: timestamp.meta({ description: "Of the commit that it was made from" }),
    publicKey: z
      .string()
      .nullable()
      .meta({ description: "Base64 of the ed25519 key that signed its files; null = they are not signed" }),
    platforms: z.array(z.string()).meta({
      description: "Those that it has a program for, `<os>-<arch>`",
      example: ["linux-arm64", "linux-x64"],
    }),
    package: z.object({ name: z.string(), version: releaseVersion, url, sha256 }).meta({
      description: "What a rollout's `packages` name to bring it: an index with a program for each platform",
    }),
    files: z.array(agentReleaseFile),
  })
  .meta({ id: "AgentRelease" });
export type AgentRelease = z.infer<typeof agentRelease>;

export const agentReleasePage = page(agentRelease).meta({ id: "AgentReleasePage" });
