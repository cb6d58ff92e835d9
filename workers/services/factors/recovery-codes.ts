import { createHash, randomBytes } from "node:crypto";
import type { UserId } from "../../../domain/ids.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codes = 10;
/** 24 characters of 5 bits. With 112 bits or more a plain hash keeps a code (OWASP ASVS 5, 6.5.2). */
const groups = 6;
const groupLength = 4;

/** Ten codes such as `7KQ2-M9RD-X4TP-8HWC-VN3E-ZB6F`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: codes }, () =>
    Array.from({ length: groups }, () =>
      Array.from(randomBytes(groupLength), (byte) => alphabet.charAt(byte % alphabet.length)).join(""),
    ).join("-"),
  );
}

/** However it was typed: without dashes, in small letters, with an O for a zero. */
export function recoveryCodeHash(userId: UserId, code: string): string {
  const plain = code.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return createHash("sha256").update(`recovery code\n${userId}\n${plain}`).digest("hex");
}
