import { expect, it } from "vitest";
import { hashDeviceCode, newDeviceCode, newUserCode, readable } from "./codes.ts";

it("makes codes of eight consonants, every one of which occurs", () => {
  const codes = Array.from({ length: 500 }, newUserCode);
  for (const code of codes) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
  expect(new Set(codes).size).toBe(500);
  expect(new Set(codes.join("")).size).toBe(20);
});

it("shows them in two halves", () => {
  expect(readable("BCDFGHJK")).toBe("BCDF-GHJK");
});

it("keeps of a device's code only what does not give it away", () => {
  const code = newDeviceCode();
  expect(Buffer.from(code, "base64url")).toHaveLength(32);
  expect(hashDeviceCode(code)).toMatch(/^[0-9a-f]{64}$/);
  expect(newDeviceCode()).not.toBe(code);
});
