import { expect, it } from "vitest";
import { type AssignedPackage, PackageConflictError, packagePicker, targetHash } from "./packages.ts";
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
  expect(packagePicker([one("curl", "role=web")])({ role: "db" })).toEqual({ packages: [], hash: null });
  expect(targetHash(emptyConfigHash, null)).toBe(emptyConfigHash);
  expect(targetHash(emptyConfigHash, "b")).not.toBe(emptyConfigHash);
});

it("refuses two packages of one name on one agent, and names both", () => {
  const pick = packagePicker([one("curl", "role=web", "8.1"), one("curl", "tier=1", "8.2")]);
  expect(pick({ role: "web" }).packages).toHaveLength(1);
  const act = () => pick({ role: "web", tier: "1" });
  expect(act).toThrow(PackageConflictError);
  expect(act).toThrow("curl 8.1 (role=web) and curl 8.2 (tier=1)");
});
