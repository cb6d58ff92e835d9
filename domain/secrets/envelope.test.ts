import { createDecipheriv, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { open, parseMasterKeys, seal, unwrapKey, wrapKey } from "./envelope.ts";

const bytes = (n: number) => new Uint8Array(randomBytes(n));
const text = (value: Uint8Array) => new TextDecoder().decode(value);
const key = () => randomBytes(32).toString("hex");

describe("sealing", () => {
  test("can be opened with its key and context only", () => {
    const dataKey = bytes(32);
    const sealed = seal(dataKey, bytes(12), ["a", "b"], new TextEncoder().encode("grün 🔑"));
    expect(text(open(dataKey, ["a", "b"], sealed))).toBe("grün 🔑");
    expect(sealed).not.toContain("gr");
    expect(() => open(dataKey, ["ab"], sealed)).toThrow();
    expect(() => open(bytes(32), ["a", "b"], sealed)).toThrow();
    expect(() =>
      open(dataKey, ["a", "b"], `${sealed.slice(0, -2)}${sealed.endsWith("00") ? "11" : "00"}`),
    ).toThrow();
  });
  test("is plain AES-256-GCM, as others have it", () => {
    const dataKey = bytes(32);
    const [iv = "", body = ""] = seal(dataKey, bytes(12), ["x"], new TextEncoder().encode("v")).split(".");
    const raw = Buffer.from(body, "hex");
    const decipher = createDecipheriv("aes-256-gcm", dataKey, Buffer.from(iv, "hex"));
    decipher.setAAD(Buffer.from('["x"]')).setAuthTag(raw.subarray(-16));
    expect(decipher.update(raw.subarray(0, -16)).toString()).toBe("v");
    decipher.final();
  });
});

describe("master keys", () => {
  test("wrap with the current one, and unwrap with any that is still there", () => {
    const [first, second] = [key(), key()];
    const old = parseMasterKeys(JSON.stringify({ current: "1", keys: { 1: first } }));
    const both = parseMasterKeys(JSON.stringify({ current: "2", keys: { 1: first, 2: second } }));
    const late = parseMasterKeys(JSON.stringify({ current: "2", keys: { 2: second } }));
    const dataKey = bytes(32);
    const wrapped = wrapKey(old, bytes(12), "org_1", "oky_1", dataKey);
    expect(unwrapKey(both, "org_1", wrapped)).toEqual(dataKey);
    const again = wrapKey(both, bytes(12), "org_1", "oky_1", unwrapKey(both, "org_1", wrapped));
    expect(again.masterKeyId).toBe("2");
    expect(unwrapKey(late, "org_1", again)).toEqual(dataKey);
    expect(() => unwrapKey(late, "org_1", wrapped)).toThrow("master key 1");
    expect(() => unwrapKey(both, "org_2", again)).toThrow();
  });
  test.each([
    ["", "JSON"],
    ["[]", "must be"],
    ['{"current":"1","keys":{}}', "no such key"],
    ['{"current":"1","keys":{"1":"short"}}', "32 random bytes"],
  ])("%s is refused", (given, message) => {
    expect(() => parseMasterKeys(given)).toThrow(message);
  });
});
