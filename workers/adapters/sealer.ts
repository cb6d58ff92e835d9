import { createHmac } from "node:crypto";

/** Text that only this deployment can read again. */
export interface Sealer {
  seal(text: string): Promise<string>;
  /** Throws when the text was sealed by another key or was changed. */
  open(sealed: string): Promise<string>;
  /** Tells equal texts of others, and to nobody else what they say: short ones cannot be found by trying. Hex. */
  fingerprint(text: string): string;
}

export function aesSealer(secret: Uint8Array): Sealer {
  const key = crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"]);
  return {
    async seal(text) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const bytes = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv },
        await key,
        new TextEncoder().encode(text),
      );
      return `${Buffer.from(iv).toString("base64url")}.${Buffer.from(bytes).toString("base64url")}`;
    },
    fingerprint: (text) => createHmac("sha256", secret).update(text).digest("hex"),
    async open(sealed) {
      const [iv = "", bytes = ""] = sealed.split(".");
      const text = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: Buffer.from(iv, "base64url") },
        await key,
        Buffer.from(bytes, "base64url"),
      );
      return new TextDecoder().decode(text);
    },
  };
}
