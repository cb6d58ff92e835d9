import { hashPackages, type PackageReference } from "../../domain/configs/packages.ts";
import { configMapTo } from "../../protocol/opamp/config-map.ts";
import { encodeServerBody, frameWithUid } from "../../protocol/opamp/frame.ts";
import { PackageType } from "../../protocol/opamp/opamp_pb.js";
import { hexToBytes, uidFromHex } from "../../protocol/opamp/uid.ts";
import type { Bundle } from "./parts.ts";
import type { ServerMessage } from "./sessions.ts";

/** Distinct offers whose encoding is kept. */
const framesKept = 8;

/** `all_packages_hash` of an offer that takes every package of ours away. */
export const noPackagesHash = hashPackages([]);

type Offer = Pick<ServerMessage, "remoteConfig" | "packagesAvailable">;

/** Offers of configs and packages, encoded once per distinct one and sent to any number of agents. */
export class Offers {
  readonly #tails = new Map<string, Uint8Array>();

  /** `packagesHash`: of what goes with the files; null = the agent has nothing to do with packages. */
  message({ configHash, files, packages }: Bundle, packagesHash: string | null): Offer {
    const offer: Offer = { remoteConfig: { config: configMapTo(files), configHash: hexToBytes(configHash) } };
    if (packagesHash !== null) {
      offer.packagesAvailable = {
        packages: Object.fromEntries(packages.map((one) => [one.name, packageAvailable(one)])),
        allPackagesHash: hexToBytes(packagesHash),
      };
    }
    return offer;
  }

  frame(uid: string, hash: string, bundle: () => Bundle, packagesHash: string | null): Uint8Array {
    const key = `${hash}/${packagesHash}`;
    let tail = this.#tails.get(key);
    if (!tail) {
      tail = encodeServerBody(this.message(bundle(), packagesHash));
      const oldest = this.#tails.size >= framesKept ? this.#tails.keys().next().value : undefined;
      if (oldest !== undefined) this.#tails.delete(oldest);
      this.#tails.set(key, tail);
    }
    return frameWithUid(uidFromHex(uid), tail);
  }
}

function packageAvailable(one: PackageReference) {
  return {
    type: one.type === "addon" ? PackageType.PackageType_Addon : PackageType.PackageType_TopLevel,
    version: one.version,
    file: {
      downloadUrl: one.url,
      contentHash: hexToBytes(one.sha256),
      ...(one.signature !== null && {
        signature: Uint8Array.from(atob(one.signature), (char) => char.charCodeAt(0)),
      }),
    },
    hash: hexToBytes(hashPackages([one])),
  };
}
