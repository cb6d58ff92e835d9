import { crc32 } from "node:zlib";

/** So many bytes before a place tell it from the same offset of another file. */
export const proofBytes = 256;

/** A place in a file that may have been renamed, or copied and emptied, since. */
export interface Place {
  inode: number;
  offset: number;
  /** Of the bytes before it, at most `proofBytes`. */
  proof: number;
}

export const startOf = (inode: number): Place => ({ inode, offset: 0, proof: 0 });

export const proofOf = (before: Uint8Array): number =>
  before.length === 0 ? 0 : crc32(before.length > proofBytes ? before.subarray(-proofBytes) : before);

export function placeText({ inode, offset, proof }: Place): string {
  return `${inode.toString(36)}.${offset.toString(36)}.${proof.toString(36)}`;
}

/** null = no place was ever written so. */
export function readPlace(text: string): Place | null {
  const match = /^([0-9a-z]{1,12})\.([0-9a-z]{1,11})\.([0-9a-z]{1,7})$/.exec(text);
  if (!match) return null;
  const [inode = 0, offset = 0, proof = 0] = match.slice(1).map((part) => Number.parseInt(part, 36));
  return { inode, offset, proof };
}
