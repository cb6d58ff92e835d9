import { expect, test } from "vitest";
import { readUnifiedDiff } from "./unified-diff.ts";

test("a unified diff is read without the files' names; what looks like one inside a change stays", () => {
  const diff = [
    "--- a/haproxy.cfg",
    "+++ b/haproxy.cfg",
    "@@ -1,3 +1,3 @@",
    " global",
    "--- old",
    "+++ new",
    "\\ No newline at end of file",
    "",
  ].join("\n");
  expect(readUnifiedDiff(diff)).toEqual([
    { kind: "place", text: "@@ -1,3 +1,3 @@" },
    { kind: "same", text: "global" },
    { kind: "removed", text: "-- old" },
    { kind: "added", text: "++ new" },
    { kind: "place", text: "No newline at end of file" },
  ]);
});
