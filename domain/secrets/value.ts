import { utf8ToBytes } from "@noble/hashes/utils.js";

/** Shorter ones could not be told from other text in what agents report. In UTF-16 units. */
export const minSecretChars = 4;
export const maxSecretBytes = 32 * 1024;

export const fitsSecret = (value: string): boolean => utf8ToBytes(value).length <= maxSecretBytes;
