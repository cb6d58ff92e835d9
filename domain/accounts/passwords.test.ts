import { describe, expect, it } from "vitest";
import { passwordProblem } from "./passwords.ts";

const of = (password: string) =>
  passwordProblem(password, { email: "ada.lovelace@analytical.example", organizationName: "Engine Works" });

describe("passwords", () => {
  it.each([
    "correct horse battery",
    "korrekt-pferd-batterie",
    "zwölf Zeichen?",
    "тихая ночная смена",
    "!!!! ???? ((( )))",
    "my dog ate 3 cables",
  ])("takes %s", (password) => expect(of(password)).toBeNull());

  it.each([
    ["password1234", "commonest"],
    ["PASSWORDPASSWORD", "commonest"],
    ["aaaaaaaaaaaa", "repeats"],
    ["abababababab", "repeats"],
    ["abcdefghijklm", "run"],
    ["zyxwvutsrqponm", "run"],
    ["ada.lovelace@analytical.example", "little more"],
    ["AdaLovelace2026", "little more"],
    ["Engine Works 1!", "little more"],
    ["muster-engineworks", "little more"],
    ["Password-Password-99", "little more"],
  ])("refuses %s: %s", (password, reason) => expect(of(password)).toContain(reason));

  it("does not take short names for words", () => {
    expect(passwordProblem("no-no-yes-no", { email: "no@x.io", organizationName: "no" })).toBeNull();
  });
});
