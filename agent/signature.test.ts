import { spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { publicKeyProblem, verifyDetached, verifyDigest } from "./signature.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const sha512 = (bytes: Uint8Array) => createHash("sha512").update(bytes).digest();

function signer() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    pem: privateKey.export({ type: "pkcs8", format: "pem" }),
    key: publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64"),
    sign: (bytes: Uint8Array) => sign(null, sha512(bytes), privateKey).toString("base64"),
  };
}

const content = new TextEncoder().encode("a program");

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

describe("a detached signature", () => {
  it("names the key that made it", async () => {
    const [one, other] = [signer(), signer()];
    const signature = one.sign(content);
    expect(await verifyDetached(content, signature, [other.key, one.key])).toBe(one.key);
    expect(await verifyDetached(content, Buffer.from(signature, "base64"), [one.key])).toBe(one.key);
    expect(verifyDigest(sha512(content), `${signature}\n`, [one.key])).toBe(one.key);
  });

  it("is checked over a file that comes in parts", async () => {
    const one = signer();
    async function* parts() {
      yield content.subarray(0, 3);
      yield content.subarray(3);
    }
    expect(await verifyDetached(parts(), one.sign(content), [one.key])).toBe(one.key);
  });

  it("is refused when a byte differs, when nobody trusted made it, and when it is none", async () => {
    const [one, other] = [signer(), signer()];
    const changed = content.with(0, 0);
    expect(await verifyDetached(changed, one.sign(content), [one.key])).toBeNull();
    expect(await verifyDetached(content, one.sign(content), [other.key])).toBeNull();
    expect(await verifyDetached(content, one.sign(content), [])).toBeNull();
    expect(await verifyDetached(content, "", [one.key])).toBeNull();
    expect(await verifyDetached(content, "bm90IGEgc2lnbmF0dXJl", [one.key])).toBeNull();
  });

  it.skipIf(!hasOpenssl)("can be made with OpenSSL", async () => {
    const one = signer();
    const folder = temporaryFolder();
    writeFileSync(join(folder, "key.pem"), one.pem, { mode: 0o600 });
    writeFileSync(join(folder, "file"), content);
    const made = spawnSync(
      "sh",
      [
        "-c",
        "openssl dgst -sha512 -binary file > digest && openssl pkeyutl -sign -inkey key.pem -rawin -in digest | base64 -w0",
      ],
      { cwd: folder, encoding: "utf8" },
    );
    expect(made.stderr).toBe("");
    expect(await verifyDetached(content, made.stdout, [one.key])).toBe(one.key);
  });
});

describe("a public key", () => {
  it("is 32 bytes as base64", () => {
    expect(publicKeyProblem(signer().key)).toBeNull();
    for (const text of ["", "abc", `${signer().key} `, "-----BEGIN PUBLIC KEY-----"]) {
      expect(publicKeyProblem(text)).toContain("ed25519");
    }
  });
});
