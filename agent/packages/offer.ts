import {
  type PackagesAvailable,
  PackageType,
  type PackageAvailable as WirePackage,
} from "../../protocol/opamp/opamp_pb.js";
import { uidToHex } from "../../protocol/opamp/uid.ts";

/** A package as the server offers it. */
export interface OfferedPackage {
  name: string;
  type: "top-level" | "addon";
  version: string;
  url: string;
  /** Sent to the host of `url` alone. */
  headers: Record<string, string>;
  /** Hex, of what lies at `url`. */
  sha256: string;
  /** Base64; null = not signed. */
  signature: string | null;
  /** Hex of the server's hash of this package; opaque. */
  hash: string;
}

/** All that the server wants here. An empty list takes away what it brought before. */
export interface PackageSet {
  /** Hex of the server's hash of the set; opaque. */
  allHash: string;
  /** By name. */
  packages: OfferedPackage[];
}

/** What becomes a folder's name. */
export const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const sha256Digits = 64;

export function packageSet({ packages, allPackagesHash }: PackagesAvailable): PackageSet {
  return {
    allHash: uidToHex(allPackagesHash),
    packages: Object.entries(packages)
      .map(([name, one]) => offered(name, one))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function offered(name: string, { type, version, file, hash }: WirePackage): OfferedPackage {
  const signature = file?.signature ?? new Uint8Array();
  return {
    name,
    type: type === PackageType.PackageType_Addon ? "addon" : "top-level",
    version,
    url: file?.downloadUrl ?? "",
    headers: Object.fromEntries((file?.headers?.headers ?? []).map(({ key, value }) => [key, value])),
    sha256: uidToHex(file?.contentHash ?? new Uint8Array()),
    signature: signature.length === 0 ? null : Buffer.from(signature).toString("base64"),
    hash: uidToHex(hash),
  };
}

/** Why a package cannot be taken from anyone; null = it can be tried. */
export function offerProblem({ name, sha256, version, url }: OfferedPackage): string | null {
  if (!plainName.test(name)) return "its name is not made of letters, digits, `.`, `_` and `-`";
  if (version === "") return "it has no version";
  if (!URL.canParse(url)) return "it has no URL to download it from";
  if (sha256.length !== sha256Digits) return "it has no sha256 to check it by";
  return null;
}
