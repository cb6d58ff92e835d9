import { configMapTo } from "../../protocol/opamp/config-map.ts";
import { encodeServerBody, frameWithUid } from "../../protocol/opamp/frame.ts";
import { hexToBytes, uidFromHex } from "../../protocol/opamp/uid.ts";
import type { RenderedFile } from "./parts.ts";
import type { ServerMessage } from "./sessions.ts";

/** Distinct configs whose encoding is kept. */
const framesKept = 8;

/** Config offers, encoded once per distinct hash and sent to any number of agents. */
export class Offers {
  readonly #tails = new Map<string, Uint8Array>();

  message(hash: string, files: readonly RenderedFile[]): Pick<ServerMessage, "remoteConfig"> {
    return { remoteConfig: { config: configMapTo(files), configHash: hexToBytes(hash) } };
  }

  frame(uid: string, hash: string, files: () => readonly RenderedFile[]): Uint8Array {
    let tail = this.#tails.get(hash);
    if (!tail) {
      tail = encodeServerBody(this.message(hash, files()));
      const oldest = this.#tails.size >= framesKept ? this.#tails.keys().next().value : undefined;
      if (oldest !== undefined) this.#tails.delete(oldest);
      this.#tails.set(hash, tail);
    }
    return frameWithUid(uidFromHex(uid), tail);
  }
}
