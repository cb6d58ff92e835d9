import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StateFile } from "../state-file.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { ConfigFolder, nameProblem } from "./config-folder.ts";

function make() {
  const state = new StateFile(temporaryFolder(), () => "00".repeat(16));
  const path = join(temporaryFolder(), "config");
  return { state, path, folder: new ConfigFolder(path, state) };
}

const config = (files: Record<string, string>) =>
  Object.entries(files).map(([name, text]) => ({
    name,
    contentType: "text/plain",
    body: new TextEncoder().encode(text),
  }));

function put(folder: ConfigFolder, files: Record<string, string>): void {
  folder.adopt(Object.keys(files));
  folder.swap(folder.tree(config(files)));
  folder.settle();
}

const text = (...path: string[]) => readFileSync(join(...path), "utf8");

test.each([
  ["", /without a name/],
  ["/etc/passwd", /would leave the config folder/],
  ["a/../../b", /would leave the config folder/],
  ["a//b", /would leave/],
  ["./a", /would leave/],
  ["a\\..\\b", /would leave/],
  ["a\0b", /would leave/],
  [".x.muster-new", /keeps for itself/],
])("the file name %j is refused", (name, problem) => {
  expect(nameProblem([name])).toMatch(problem);
});

test("a name cannot be file and folder at once", () => {
  expect(nameProblem(["a", "b", "a/c"])).toMatch(/"a" is a file and, by "a\/c", also a folder/);
  expect(nameProblem(["a", "ab/c", "conf.d/x"])).toBeNull();
});

test("a managed file that the next config leaves out returns to what it was; others are never touched", () => {
  const { folder, path } = make();
  writeFileSync(join(path, "local"), "mine");
  writeFileSync(join(path, "unmanaged"), "mine too");
  put(folder, { local: "ours", "deep/new": "ours" });
  expect([text(path, "local"), text(path, "deep/new")]).toEqual(["ours", "ours"]);
  put(folder, { other: "ours" });
  expect(readdirSync(path).sort()).toEqual(["deep", "local", "other", "unmanaged"]);
  expect(text(path, "local")).toBe("mine");
  expect(existsSync(join(path, "deep/new"))).toBe(false);
  folder.swap(folder.tree(null));
  folder.settle();
  expect(readdirSync(path).sort()).toEqual(["deep", "local", "unmanaged"]);
});

test("keeps the mode of a file that was there, and gives new ones to owner and group only", () => {
  const { folder, path } = make();
  writeFileSync(join(path, "old"), "x");
  chmodSync(join(path, "old"), 0o604);
  put(folder, { old: "1", new: "2" });
  expect(statSync(join(path, "old")).mode & 0o777).toBe(0o604);
  expect(statSync(join(path, "new")).mode & 0o777).toBe(0o640);
});

test("lets only its owner read a file with secrets, and nobody else one that was there before", () => {
  const { folder, path } = make();
  writeFileSync(join(path, "old"), "x");
  chmodSync(join(path, "old"), 0o644);
  folder.adopt(["old", "new"]);
  const files = config({ old: "1", new: "2" }).map((file) => ({ ...file, secret: true as const }));
  folder.swap(folder.tree(files));
  expect(statSync(join(path, "old")).mode & 0o777).toBe(0o640);
  expect(statSync(join(path, "new")).mode & 0o777).toBe(0o600);
  folder.swap(folder.tree(null));
  folder.settle();
  expect(readdirSync(path)).toEqual(["old"]);
  expect(statSync(join(path, "old")).mode & 0o777).toBe(0o644);
});

test("files that do not change are not written", () => {
  const { folder, path } = make();
  put(folder, { same: "1", other: "1" });
  const before = statSync(join(path, "same")).ino;
  put(folder, { same: "1", other: "2" });
  expect(statSync(join(path, "same")).ino).toBe(before);
  expect(text(path, "other")).toBe("2");
});

test("a link that leads out of the folder is not followed", () => {
  const { folder, path } = make();
  const outside = temporaryFolder();
  symlinkSync(outside, join(path, "conf.d"));
  expect(() => put(folder, { "conf.d/x": "1" })).toThrow(/leads out of .* through a link/);
  expect(readdirSync(outside)).toEqual([]);
});

test("the staged folder shows the new files beside the unmanaged ones", () => {
  const { folder, path } = make();
  writeFileSync(join(path, "certs.pem"), "cert");
  mkdirSync(join(path, "conf.d"));
  put(folder, { "app.conf": "old" });
  folder.adopt(["app.conf", "conf.d/a"]);
  const staged = folder.stage(folder.tree(config({ "app.conf": "new", "conf.d/a": "1" })));
  expect([text(staged, "app.conf"), text(staged, "conf.d/a"), text(staged, "certs.pem")]).toEqual([
    "new",
    "1",
    "cert",
  ]);
  expect(text(path, "app.conf")).toBe("old");
  folder.unstage();
  expect(existsSync(staged)).toBe(false);
  expect(text(path, "certs.pem")).toBe("cert");
});

test("says of a file in whose place a folder stands that it is missing", () => {
  const { folder, path } = make();
  put(folder, { "a.conf": "a", "b.conf": "b" });
  rmSync(join(path, "a.conf"));
  mkdirSync(join(path, "a.conf"));
  expect(folder.effective(config({})).map(({ name }) => name)).toEqual(["b.conf"]);
});
