import { describe, expect, it } from "vitest";
import { yamlToGraph } from "../pipelines/parse.ts";
import { scanPlaceholders } from "./inputs/placeholders.ts";
import { compileConfig, inputNames, kinds, validate } from "./kinds.ts";
import { checkTemplate } from "./parameters.ts";
import { withStandIns } from "./template-stand-ins.ts";

const repeated = (unit: string, before = "") => ({
  name: JSON.stringify(`${before}${unit}${unit}…`),
  of: (chars: number) => before + unit.repeat(Math.ceil(chars / unit.length)),
});

/** Each map holds the one before it twice. */
const bomb = {
  name: "an anchor bomb",
  of: (chars: number) => {
    const lines = Array.from({ length: chars / 25 }, (_, i) => `k${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    return `k0: &a0 [x]\n${lines.join("\n")}\n`;
  },
};

/** Each map is merged into the next. */
const merges = {
  name: "maps merged into each other",
  of: (chars: number) => {
    const lines = Array.from(
      { length: chars / 30 },
      (_, i) => `m${i + 1}: &m${i + 1}\n  <<: *m${i}\n  k${i}: 1`,
    );
    return `m0: &m0 {}\n${lines.join("\n")}\n`;
  },
};

const nested = {
  name: "a level deeper on each line",
  of: (chars: number) => {
    const levels = Math.sqrt(2 * chars);
    return Array.from({ length: levels }, (_, i) => `${" ".repeat(i)}a:\n`).join("");
  },
};

const shapes = [
  ...["{", "}", "[", "]", "(", "[]", "{}", '"', "'", "`", '"""', "#", "//", "/*", "/-", "\\", ";", ","].map(
    (unit) => repeated(unit),
  ),
  ...[
    "# x\n",
    "\n",
    "\r\n",
    "\t",
    "\u2028",
    "\u{1F600}",
    "\uD83D",
    "\uE000",
    "e\u0301",
    "a",
    "a ",
    "a\n",
  ].map((unit) => repeated(unit)),
  ...[
    "${",
    "${var:",
    "${var:\n",
    "${var:A}",
    "${var:A}\n",
    "${secret:A:-",
    "$${var:x}",
    "{$E}",
    "${param:",
  ].map((unit) => repeated(unit)),
  ...["- ", "? ", ": ", "a: b\n", "a: []\n", "&a ", "*a ", "|\n", "---\n", "a {\n", "a {}\n", "a b;\n"].map(
    (unit) => repeated(unit),
  ),
  ...["<<E\n", '#"', "backend a\n", " use_backend a if a\n", ":80 {\n}\n", 'a "x" 1 y=2\n'].map((unit) =>
    repeated(unit),
  ),
  ...["[", ",", "{a: "].map((unit) => repeated(unit, "a: [")),
  repeated(" x", 'a: "'),
  repeated("${var:A} ", "a: |\n "),
  repeated(" # ${var:A}", "a: b"),
  bomb,
  merges,
  nested,
];

const subjects: [string, (text: string) => unknown][] = [
  ...kinds.map(({ kind }): [string, (text: string) => unknown] => [kind, (text) => validate(kind, text)]),
  ["the scan for placeholders", scanPlaceholders],
  ["templates", (text) => kinds.map(({ kind, quoting }) => compileConfig(kind, quoting, text).slots)],
  ["names of inputs", (text) => kinds.map(({ kind }) => inputNames(kind, text))],
  ["comments", (text) => kinds.map(({ comments }) => [...(comments?.(text) ?? [])].length)],
  ["the pipeline graph", yamlToGraph],
  ["a template's parameters", (text) => [checkTemplate(text, []), withStandIns(text)]],
];

/** Of this thread alone, in milliseconds. */
function cpuOf(run: () => unknown): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Of the larger text. */
const chars = 16_000;
const parts = 8;
/** One text takes as long as its parts where it is linear, and eight times as long where it is quadratic. */
const maxGrowth = 3;
/** Below this a clock tells nothing; what is quadratic takes longer for the larger text. */
const measurableMs = 20;

/** How much longer one text takes than its parts, by the shortest of several runs; 0 = too short to be measured. */
function growth(run: (text: string) => unknown, of: (chars: number) => string): number {
  const [small, large] = [of(chars / parts), of(chars)];
  const runParts = () => {
    for (let i = 0; i < parts; i++) run(small);
  };
  let [partsMs, largeMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < 5; i++) {
    largeMs = Math.min(
      largeMs,
      cpuOf(() => run(large)),
    );
    if (largeMs < measurableMs) return 0;
    partsMs = Math.min(partsMs, cpuOf(runParts));
    if (largeMs / partsMs < maxGrowth) break;
  }
  return largeMs / partsMs;
}

it("would tell what is quadratic", () => {
  const quadratic = (text: string) => {
    let same = 0;
    for (let a = 0; a < text.length; a++) for (let b = 0; b < text.length; b += 2) same += a ^ b;
    return same;
  };
  expect(growth(quadratic, repeated("ab").of)).toBeGreaterThanOrEqual(maxGrowth);
});

describe.each(subjects)("%s", (_name, run) => {
  it("takes no more than linear time, whatever the text", { timeout: 300_000 }, () => {
    run("");
    const grown = shapes.map(({ name, of }) => ({ name, growth: growth(run, of) }));
    expect(grown.filter((one) => one.growth >= maxGrowth)).toEqual([]);
  });
});

describe.each(kinds.map(({ kind }) => kind))("10 MB of %s", (kind) => {
  it.each(["a: b\n", "{", "x", "[]", "# x\n", "${var:A}", '"'])(
    "made of %j are refused by their size",
    (unit) => {
      const text = unit.repeat((10 * 1024 * 1024) / unit.length);
      expect(validate(kind, text)).toMatchObject([
        { code: "too_large", severity: "error", line: 1, column: 1 },
      ]);
    },
  );
});

it.each(["a: b\n", "[]", "receivers:\n"])("refuses to draw 10 MB made of %j", (unit) => {
  const { graph, diagnostics } = yamlToGraph(unit.repeat((10 * 1024 * 1024) / unit.length));
  expect(graph).toBeNull();
  expect(diagnostics).toMatchObject([{ code: "too_large", severity: "error" }]);
});
