import { exportJWK, generateKeyPair } from "jose";
import { afterEach, expect, it, vi } from "vitest";
import { CredentialMint } from "./credentials.ts";

const scope = { organizationId: "org_x", fleetId: "flt_x" } as const;
const mintWith = (mint: CredentialMint) => mint.mint(scope, "agt_x", 1, 0);

afterEach(() => {
  vi.restoreAllMocks();
});

it("names the setting, and quotes nothing of a key that cannot be read", async () => {
  const error = await mintWith(new CredentialMint("s3cret-key")).catch((reason: unknown) => reason);
  expect(String(error)).toContain("CREDENTIAL_PRIVATE_KEY");
  expect(String((error as Error).stack)).not.toContain("s3c");
  expect((error as Error).cause).toBeUndefined();
});

it("reads the key again after a failure", async () => {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const mint = new CredentialMint(JSON.stringify(await exportJWK(privateKey)));
  vi.spyOn(crypto.subtle, "importKey").mockRejectedValueOnce(new Error("no memory"));
  await expect(mintWith(mint)).rejects.toThrow("cannot be read");
  expect((await mintWith(mint)).split(".")).toHaveLength(3);
});
