import { expect, it } from "vitest";
import { type AssignedPackage, packagePicker, targetHash } from "./packages.ts";
import { emptyConfigHash } from "./render.ts";

const one = (name: string, selector = "", version = "1.0.0"): AssignedPackage => ({
  name,
  version,
  url: `https://packages.test/${name}`,
  sha256: "a".repeat(64),
  signature: null,
  type: "addon",
  selector,
});

it("picks by label, sorted by name, and hashes what was picked and nothing else", () => {
  const pick = packagePicker([one("zsh"), one("curl", "role=web"), one("gdb", "role=db")]);
  const web = pick({ role: "web" });
  expect(web.packages.map(({ name }) => name)).toEqual(["curl", "zsh"]);
  expect(web.packages[0]).not.toHaveProperty("selector");
  expect(web.hash).toBe(packagePicker([one("curl"), one("zsh")])({}).hash);
  expect(pick({}).hash).not.toBe(web.hash);
  expect(packagePicker([one("zsh", "", "1.0.1")])({}).hash).not.toBe(pick({}).hash);
});

it("gives no hash to an agent that no package is for", () => {
  expect(packagePicker([one("curl", "role=web")])({ role: "db" })).toEqual({
    packages: [],
    hash: null,
    passedOver: [],
  });
  expect(targetHash(emptyConfigHash, null)).toBe(emptyConfigHash);
  expect(targetHash(emptyConfigHash, "b")).not.toBe(emptyConfigHash);
});

it("gives an agent the first of two packages of one name, and says which name has another", () => {
  const pick = packagePicker([one("curl", "role=web", "8.2"), one("curl", "", "8.1"), one("zsh")]);
  const web = pick({ role: "web" });
  expect(web.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(["curl 8.2", "zsh 1.0.0"]);
  expect(web.passedOver).toEqual(["curl"]);
  expect(pick({}).packages.map(({ version }) => version)).toEqual(["8.1", "1.0.0"]);
  expect(pick({}).passedOver).toEqual([]);
});
