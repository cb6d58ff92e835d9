import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { root } from "./runtime/paths.ts";
import { unauditedWrites } from "./unaudited-writes.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-writes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function found(files: Record<string, string>): string[] {
  rmSync(folder, { recursive: true, force: true });
  const all = { "workers/fine.ts": "", "db/queries/fine.ts": "", ...files };
  for (const [path, source] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
  return unauditedWrites(folder).found;
}

it.each([
  ["a batch of one's own", "workers/services/a.ts", "await ctx.db.batch([one]);"],
  ["the client's insert", "workers/jobs/a.ts", "await platform.db\n  .orm.insert(rows);"],
  ["a query that writes", "db/queries/a.ts", "export const a = (db) =>\n  db.orm.insert(rows).values(one);"],
  ["a query with a batch", "db/queries/a.ts", "export const a = (db) => db.batch([one]);"],
  ["a query that removes", "db/queries/a.ts", "await db.orm\n  .delete(rows);"],
])("finds %s", (_, path, source) => {
  expect(found({ [path]: source })).toEqual([expect.stringMatching(new RegExp(`^${path}:\\d: `))]);
});

it("lets statements, reads and tests be", () => {
  const fine = {
    "workers/services/a.ts": "await commit(ctx, { statements });",
    "workers/services/a.test.ts": "await db.batch([one]);",
    "db/queries/a.ts":
      "statement(\n    db.orm\n      .insert(rows).values(one));\nawait db.orm.select().from(rows);",
  };
  expect(found(fine)).toEqual([]);
});

it("finds nothing in what ships", () => {
  const { files, found: here } = unauditedWrites(root);
  expect(files).toBeGreaterThan(100);
  expect(here).toEqual([]);
});
