import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";

const bun = fileURLToPath(new URL("../../node_modules/bun/bin/bun.exe", import.meta.url));
const slowViewer = fileURLToPath(new URL("../testing/slow-viewer.ts", import.meta.url));

test("a slow reader holds the program up, loses nothing, and types nothing into it", async () => {
  const { stdout } = await promisify(execFile)(bun, [slowViewer, join(temporaryFolder(), "typed")]);
  const { bytes, most, end, typed } = JSON.parse(stdout);
  expect({ bytes, end, typed }).toEqual({ bytes: 4_000_000, end: { code: 0, signal: null }, typed: "" });
  // What the system holds of a terminal comes still.
  expect(most).toBeLessThan(256 * 1024);
});
