import { expect, it } from "vitest";
import { open, parseMasterKeys, secretContext, unwrapKey } from "../../domain/secrets/envelope.ts";
import { firstRing, nextRing, ringWithout } from "../../scripts/runtime/master-keys.ts";
import { openVault } from "./vault.ts";

const organization = "org_01JD0000000000000000000000";
const version = "sev_01JD0000000000000000000000";

const read = (ring: string, key: Parameters<typeof unwrapKey>[2], sealed: string) =>
  new TextDecoder().decode(
    open(unwrapKey(parseMasterKeys(ring), organization, key), secretContext(organization, version), sealed),
  );

it("changes the master key without touching what is sealed", () => {
  const first = firstRing();
  const key = openVault(first).makeKey(organization, "oky_1");
  const sealed = openVault(first).seal(organization, key, version, "correct horse");
  expect(sealed).not.toContain("correct");
  const both = nextRing(first).ring;
  const rewrapped = openVault(both).rewrap(organization, key);
  expect(rewrapped.masterKeyId).toBe("2");
  const second = ringWithout(both, "1").ring;
  expect(read(second, rewrapped, sealed)).toBe("correct horse");
  expect(() => read(second, key, sealed)).toThrow(/not among/);
});

it("seals under another data key what it never tells", () => {
  const ring = firstRing();
  const vault = openVault(ring);
  const [from, to] = [vault.makeKey(organization, "oky_1"), vault.makeKey(organization, "oky_2")];
  const sealed = vault.seal(organization, from, version, "correct horse");
  const again = vault.reseal(organization, { from, to }, version, sealed);
  expect(read(ring, to, again)).toBe("correct horse");
  expect(() => read(ring, from, again)).toThrow();
});
