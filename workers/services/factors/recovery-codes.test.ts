import { expect, it } from "vitest";
import { newRecoveryCodes, recoveryCodeHash } from "./recovery-codes.ts";

const ada = "usr_01JD0000000000000000000000";
const grace = "usr_01JD0000000000000000000001";

it("makes ten codes of 24 characters, none of which looks like another", () => {
  const codes = newRecoveryCodes();
  expect(codes).toHaveLength(10);
  expect(new Set(codes)).toHaveLength(10);
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
});

it("uses the whole alphabet", () => {
  const seen = new Set(Array.from({ length: 50 }, newRecoveryCodes).flat().join("").replaceAll("-", ""));
  expect(seen).toHaveLength(32);
});

it("knows a code however it is typed", () => {
  const code = "7KQ2-M9RD-X4TP-8HWC-VN30-ZB61";
  const hash = recoveryCodeHash(ada, code);
  for (const typed of [
    "7kq2m9rdx4tp8hwcvn30zb61",
    " 7KQ2 M9RD X4TP 8HWC VN3O ZB6l ",
    "7kq2-m9rd-x4tp-8hwc-vn3o-zb6I",
  ]) {
    expect(recoveryCodeHash(ada, typed), typed).toBe(hash);
  }
  expect(recoveryCodeHash(ada, "7KQ2-M9RD-X4TP-8HWC-VN30-ZB62")).not.toBe(hash);
});

it("keeps the same code of two people apart", () => {
  const [code = ""] = newRecoveryCodes();
  expect(recoveryCodeHash(ada, code)).not.toBe(recoveryCodeHash(grace, code));
});
