#!/usr/bin/env node
// A stand-in for systemd's journalctl, for hosts without a journal: it reads `journal.ndjson` of the folder that
// --directory names, an entry a line as `journalctl --output=json` prints them, by the options that the agent gives.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const option = (name) =>
  process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null;
const file = join(option("directory") ?? "/nowhere", "journal.ndjson");
if (!existsSync(file)) {
  console.error(`Failed to open ${file}: No such file or directory`);
  process.exit(1);
}
const unit = option("unit");
const since = option("since");
const after = option("after-cursor");
const lines = option("lines");
const follow = process.argv.includes("--follow");
let told = 0;

const entries = () =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
    .filter((entry) => entry._SYSTEMD_UNIT === unit);

const print = (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`);

let there = entries();
told = there.length;
if (since)
  there = there.filter((entry) => Number(entry.__REALTIME_TIMESTAMP) >= Number(since.slice(1)) * 1e6);
if (after) there = there.slice(there.findIndex((entry) => entry.__CURSOR === after) + 1);
if (lines !== "all") there = Number(lines) === 0 ? [] : there.slice(-Number(lines));
for (const entry of there) print(entry);
if (follow) {
  setInterval(() => {
    const all = entries();
    for (const entry of all.slice(told)) print(entry);
    told = all.length;
  }, 10);
}
