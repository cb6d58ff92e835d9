import type { PublicKeyText } from "./signature.ts";

/** Put in by `npm run release` (`bun build --define`): the public keys of the releases, separated by commas. */
declare const musterReleaseKeys: string | undefined;

/**
 * Whose signatures on Muster's own releases this agent believes. Empty when it runs from source, which has no release
 * to trust: there only keys of the settings count.
 */
export const releaseKeys: readonly PublicKeyText[] =
  typeof musterReleaseKeys === "string" ? musterReleaseKeys.split(",") : [];
