import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockStateFolder, StateFile } from "./state-file.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const open = (folder: string, uid = "018bcfe5680070078707070707070707") => new StateFile(folder, () => uid);

test("a new folder gets an identity that stays, readable by its owner only", () => {
  const folder = temporaryFolder();
  const { instanceUid } = open(folder).get();
  expect(instanceUid).toBe("018bcfe5680070078707070707070707");
  expect(open(folder, "another").get().instanceUid).toBe(instanceUid);
  expect(statSync(join(folder, "state.json")).mode & 0o777).toBe(0o600);
});

test("what a killed write left beside the file is ignored and overwritten", () => {
  const folder = temporaryFolder();
  const state = open(folder);
  writeFileSync(join(folder, ".state.json.muster-new"), '{"version":1,"insta');
  expect(open(folder).get()).toEqual(state.get());
  state.update({ lastGood: "aa" });
  expect(open(folder).get().lastGood).toBe("aa");
  expect(readdirSync(folder).sort()).toEqual(["configs", "state.json"]);
});

test("says what to do about a state file that is broken or too new", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "state.json"), "{");
  expect(() => open(folder)).toThrow(/state\.json is not readable as JSON; restore it, or remove the folder/);
  writeFileSync(join(folder, "state.json"), '{"version": 2}');
  expect(() => open(folder)).toThrow(/written by a newer agent \(version 2\)/);
});

test("configs keep their bytes, whatever their hash, and are forgotten on demand", () => {
  const state = open(temporaryFolder());
  const body = new Uint8Array([0, 255, 10]);
  state.saveConfig("../../x", [{ name: "a", contentType: "text/plain", body }]);
  state.saveConfig("", []);
  expect(state.loadConfig("../../x")).toEqual([{ name: "a", contentType: "text/plain", body }]);
  state.keepConfigs([""]);
  expect(state.loadConfig("")).toEqual([]);
  expect(() => state.loadConfig("../../x")).toThrow(/ENOENT/);
});

test("one agent a folder; a lock whose holder is gone is taken over", () => {
  const folder = temporaryFolder();
  const unlock = lockStateFolder(folder);
  expect(() => lockStateFolder(folder)).toThrow(`another agent (pid ${process.pid}) uses ${folder}`);
  unlock();
  const lock = JSON.stringify({ pid: process.pid, identity: "another process that had this pid" });
  writeFileSync(join(folder, "lock"), lock);
  lockStateFolder(folder);
  expect(JSON.parse(readFileSync(join(folder, "lock"), "utf8")).pid).toBe(process.pid);
});
