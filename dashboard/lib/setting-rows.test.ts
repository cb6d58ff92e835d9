import { expect, it } from "vitest";
import { collectorComponents } from "../../domain/configs/collector/components.ts";
import { type SettingSchema, settingRows } from "./setting-rows.ts";

const schema: SettingSchema = {
  required: ["jobs"],
  properties: {
    jobs: {
      title: "Jobs",
      description: "What is done.",
      items: { required: ["name"], properties: { name: { title: "Name", description: "Of it." } } },
    },
    token: { title: "Token", description: "Sent along.", "x-muster-secret": true, "x-muster-advanced": true },
    mode: { title: "Mode", description: "How.", enum: ["", "fast", "slow"], default: "fast" },
    old: { title: "Old", deprecated: true },
  },
};

it("names each setting by its path, with what must be known of it", () => {
  expect(settingRows(schema, true)).toEqual([
    { path: "jobs", title: "Jobs", help: "What is done.", notes: ["required"] },
    { path: "jobs[].name", title: "Name", help: "Of it.", notes: ["required"] },
    { path: "token", title: "Token", help: "Sent along.", notes: ["a secret"] },
    { path: "mode", title: "Mode", help: "How.", notes: ["one of fast, slow", 'default "fast"'] },
  ]);
});

it("leaves out what is seldom needed, with all below it", () => {
  expect(settingRows(schema, false).map(({ path }) => path)).toEqual(["jobs", "jobs[].name", "mode"]);
});

it.each(collectorComponents)("shows the settings of $role $type, each once", ({ schema: of }) => {
  const rows = settingRows(of as SettingSchema, true);
  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
  expect(rows.filter(({ title, help }) => title === "" || help === "")).toEqual([]);
});
