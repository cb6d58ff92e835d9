/** docs/reference/security.md names tests: each is there, under its title; and no requirement is left out. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/reference/security.md"), "utf8");

/** Levels 1 and 2 of OWASP ASVS 5.0.0: how many in each section, but for those of level 3. */
const sections: Record<string, number[]> = {
  "V6.1": [1, 2, 3],
  "V6.2": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  "V6.3": [1, 2, 3, 4],
  "V6.4": [1, 2, 3, 4],
  "V6.5": [1, 2, 3, 4, 5],
  "V6.6": [1, 2, 3],
  "V6.8": [1, 2, 3, 4],
  "V7.1": [1, 2, 3],
  "V7.2": [1, 2, 3, 4],
  "V7.3": [1, 2],
  "V7.4": [1, 2, 3, 4, 5],
  "V7.5": [1, 2],
  "V7.6": [1, 2],
  "V8.1": [1, 2],
  "V8.2": [1, 2, 3],
  "V8.3": [1],
  "V8.4": [1],
};
const rows = page
  .split("\n")
  .map((line) => /^\| (V\d\.\d+\.\d+) \|[^|]*\|[^|]*\| (.*) \|$/.exec(line))
  .flatMap((found) => (found ? [{ id: found[1] ?? "", proof: found[2] ?? "" }] : []));

it("answers every requirement once", () => {
  const wanted = Object.entries(sections).flatMap(([section, numbers]) =>
    numbers.map((one) => `${section}.${one}`),
  );
  expect(rows.map(({ id }) => id)).toEqual(wanted);
});

it.each(rows.map((row) => [row.id, row.proof] as const))("%s has a test or a reason", (_, proof) => {
  expect(proof).toMatch(/`[^`]+\.test\.ts`: “|^Not applicable: .{10}/);
});

/** `path`: “title”; “title” */
const named = [...page.matchAll(/`([\w./-]+\.test\.ts)`((?:[:;]? ?“[^”]+”)*)/g)].map(([, path, titles]) => ({
  path: path ?? "",
  titles: [...(titles ?? "").matchAll(/“([^”]+)”/g)].map(([, title]) => title ?? ""),
}));

it("names tests", () => {
  expect(named.length).toBeGreaterThan(60);
});

it.each(named.map(({ path, titles }) => [path, titles] as const))("%s is there: %j", (path, titles) => {
  expect(existsSync(join(root, path))).toBe(true);
  const source = readFileSync(join(root, path), "utf8");
  for (const title of titles) expect(source).toContain(`"${title}"`);
});
