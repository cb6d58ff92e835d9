/** Text that only this deployment can read again. */
export interface Sealer {
  seal(text: string): Promise<string>;
  /** Throws when the text was sealed by another key or was changed. */
  open(sealed: string): Promise<string>;
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
