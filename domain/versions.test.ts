import { expect, it } from "vitest";
import { compareVersions } from "./versions.ts";

const ordered = [
  "0.9.0",
  "1.0.0-1",
  "1.0.0-2",
  "1.0.0-10",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-rc.2",
  "1.0.0-rc.10",
  "1.0.0",
  "1.2.0",
  "1.10.0",
  "10.0.0",
];

it("puts versions into the order in which they follow each other", () => {
  expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered);
  expect(ordered.map((version) => compareVersions(version, version))).toEqual(ordered.map(() => 0));
});
