import { expect, it } from "vitest";
import type { ChosenValues } from "./inputs/fill.ts";
import { renderReasons, type SourcedFile } from "./render-reasons.ts";

const file = (name: string, source: string, version: number, values?: ChosenValues): SourcedFile => ({
  name,
  contentType: "text/plain",
  sha256: `${source} ${JSON.stringify(values)}`,
  ...(values && { filled: { source, values } }),
  config: { name: "edge", version },
});
const text = (value: string) => ({ type: "string" as const, text: value });

it("names what was matched newly, or no longer", () => {
  expect(renderReasons([], [file("a", "s", 1)])).toEqual(["edge v1 newly matches, as a"]);
  expect(renderReasons([file("a", "s", 1)], [])).toEqual(["edge v1 no longer matches: a goes"]);
});

it("names another version, and another config in its place", () => {
  expect(renderReasons([file("a", "s", 3)], [file("a", "t", 4)])).toEqual(["edge v3 → v4"]);
  const other = { ...file("a", "t", 1), config: { name: "core", version: 1 } };
  expect(renderReasons([file("a", "s", 3)], [other])).toEqual(["a comes from core v1 in place of edge v3"]);
});

it("names variables, labels and secrets, each once however many files have them", () => {
  const before = { "var:X": text("1"), "agent:z": text("eu"), "secret:KEY": secret("sev_1", 2) };
  const after = { "var:X": text("2"), "agent:z": text("us"), "secret:KEY": secret("sev_2", 3) };
  const reasons = renderReasons(
    [file("a", "s", 1, before), file("b", "s", 1, before)],
    [file("a", "s", 1, after), file("b", "s", 1, after)],
  );
  expect(reasons).toEqual(['label z: "eu" → "us"', "secret KEY: v2 → v3", 'variable X: "1" → "2"']);
});

it("tells a value that came or went only where the text is the same", () => {
  const set = { "var:X": text("1") };
  expect(renderReasons([file("a", "s", 1, {})], [file("a", "s", 1, set)])).toEqual([
    'variable X is set: "1"',
  ]);
  expect(renderReasons([file("a", "s", 1, set)], [file("a", "s", 1, {})])).toEqual([
    "variable X is no longer set: its default counts",
  ]);
  expect(renderReasons([file("a", "s", 1, {})], [file("a", "t", 2, set)])).toEqual(["edge v1 → v2"]);
});

it("finds nothing between equal renders, and says when nothing can be compared", () => {
  expect(renderReasons([file("a", "s", 1)], [file("a", "s", 1)])).toEqual([]);
  expect(renderReasons(null, [file("a", "s", 1)])).toHaveLength(1);
});

function secret(versionId: string, version: number) {
  return { secret: "KEY", versionId, version };
}
