import { describe, expect, test } from "vitest";
import type { ConfigId } from "../ids.ts";
import { carriedOver, changedMeanwhile, inheritedFileNames, type Placement } from "./succession.ts";

const cfg = (n: number): ConfigId => `cfg_01JD000000000000000000000${n}`;
const place = (n: number, selector: string, fileName: string): Placement => ({
  configId: cfg(n),
  selector,
  fileName,
});

describe("the file name of a config that is deployed again", () => {
  test("is the one that it has, whatever the selector", () => {
    const current = [place(1, "app=greeter", "greeting.yaml"), place(2, "", "motd")];
    expect(inheritedFileNames(current, { configId: cfg(1), selector: "app=greeter" })).toEqual([
      "greeting.yaml",
    ]);
    expect(inheritedFileNames(current, { configId: cfg(1), selector: "" })).toEqual(["greeting.yaml"]);
    expect(inheritedFileNames(current, { configId: cfg(3), selector: "" })).toEqual([]);
  });

  test("is that of the same selector when the config has several, however it is written", () => {
    const current = [place(1, "app=a", "a.yaml"), place(1, "app=b, region=eu", "b.yaml")];
    expect(inheritedFileNames(current, { configId: cfg(1), selector: "app=b,region=eu" })).toEqual([
      "b.yaml",
    ]);
    expect(inheritedFileNames(current, { configId: cfg(1), selector: "app=c" })).toEqual([
      "a.yaml",
      "b.yaml",
    ]);
    expect(inheritedFileNames(current, { configId: cfg(1), selector: "app=" })).toHaveLength(2);
  });
});

describe("what a new release carries over", () => {
  const current = [place(1, "app=a", "a"), place(1, "app=b", "b"), place(2, "", "motd")];

  test("is every assignment whose config is not named again", () => {
    expect(carriedOver(current, [place(1, "app=a", "a")])).toEqual([current[2]]);
    expect(carriedOver(current, [place(3, "", "other")])).toEqual(current);
    expect(carriedOver([], [place(1, "", "a")])).toEqual([]);
  });

  test("is not what a named one replaces: the same file for the same selector", () => {
    expect(carriedOver(current, [place(3, " app = b ", "b")])).toEqual([current[0], current[2]]);
    expect(carriedOver(current, [place(3, "app=c", "b")])).toEqual(current);
  });
});

describe("what a release that waited would undo", () => {
  const put = (n: number, version: number, fileName = `${n}`) => ({
    ...place(n, "", fileName),
    configName: `config-${n}`,
    version,
  });
  const then = [put(1, 1), put(2, 1)];

  test("is nothing while the current release is the same, or what it names has moved on", () => {
    expect(changedMeanwhile([put(1, 1), put(2, 2)], then, then)).toEqual([]);
    expect(changedMeanwhile([put(1, 1), put(2, 3)], then, [put(1, 1), put(2, 2)])).toEqual([]);
  });

  test("is what it only kept and another rollout has replaced or taken away", () => {
    expect(changedMeanwhile([put(1, 1), put(2, 2)], then, [put(1, 2), put(2, 1)])).toEqual([
      "it keeps config-1 v1, but config-1 v2 has taken its place",
    ]);
    expect(changedMeanwhile([put(1, 1), put(2, 2)], then, [put(2, 1)])).toEqual([
      "it keeps config-1 v1, but the current release has it no more",
    ]);
  });

  test("is what has come since, where it kept all the rest", () => {
    const now = [...then, put(3, 1)];
    expect(changedMeanwhile([put(1, 1), put(2, 2)], then, now)).toEqual([
      "it does not have config-3 v1, which has come since",
    ]);
    expect(changedMeanwhile([put(2, 2)], then, now), "its author leaves the others out").toEqual([]);
  });
});
