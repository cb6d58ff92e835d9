import { expect, test } from "vitest";
import { parseLabels } from "./parse-labels.ts";

test("pairs are read, spaces and trailing commas are forgiven", () => {
  expect(parseLabels(" role=web , region=eu-1, note=a=b,")).toEqual({
    labels: { role: "web", region: "eu-1", note: "a=b" },
    error: null,
  });
});

test.each(["role", "ro le=web", "a=1,a=2"])("%s is refused with a fix", (text) => {
  const answer = parseLabels(text);
  expect(answer.labels).toEqual({});
  expect(answer.error).toMatch(/(Write|Use|Keep) /);
});
