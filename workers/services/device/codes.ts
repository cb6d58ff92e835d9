import { createHash, randomBytes } from "node:crypto";

/** RFC 8628, section 6.1: consonants alone make no words, and none looks like another one. */
const letters = "BCDFGHJKLMNPQRSTVWXZ";
const length = 8;
/** Above it, a byte would make some letters likelier than others. */
const fair = 256 - (256 % letters.length);

export function newUserCode(): string {
  let code = "";
  while (code.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < fair && code.length < length) code += letters.charAt(byte % letters.length);
    }
  }
  return code;
}

/** `BCDF-GHJK` */
export const readable = (userCode: string): string => `${userCode.slice(0, 4)}-${userCode.slice(4)}`;

export const newDeviceCode = (): string => randomBytes(32).toString("base64url");
export const hashDeviceCode = (code: string): string => createHash("sha256").update(code).digest("hex");
