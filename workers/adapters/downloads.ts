import type { ReleaseManifest } from "../../protocol/release.ts";

/** First and last byte, both part of it; null = to the end. */
export interface ByteRange {
  first: number;
  last: number | null;
}

export interface StoredBytes {
  body: ReadableStream;
  /** Of the whole file. */
  totalBytes: number;
}

/** The agent's releases, as `npm run release` has made them. */
export interface Downloads {
  /** The versions that are there, in no order. */
  list(): Promise<string[]>;
  /** The newest release; null = there is none. */
  latest(): Promise<ReleaseManifest | null>;
  release(version: string): Promise<ReleaseManifest | null>;
  /** A file of a release, or a part that begins within it; null = there is no such file. */
  open(version: string, name: string, range: ByteRange | null): Promise<StoredBytes | null>;
}

/** Of a deployment to which nobody has published a release. */
export const noDownloads: Downloads = {
  list: async () => [],
  latest: async () => null,
  release: async () => null,
  open: async () => null,
};
