import { describe, expect, it } from "vitest";
import { yamlToGraph } from "../pipelines/parse.ts";
import { scanPlaceholders } from "./inputs/placeholders.ts";
import { compileTemplate, type Quoting } from "./inputs/template.ts";
import { kinds, validate } from "./kinds.ts";

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
  ...["${", "${var:", "${var:\n", "${var:A}", "${var:A}\n", "${secret:A:-", "$${var:x}", "{$E}"].map((unit) =>
    repeated(unit),
  ),
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

const quotings: Quoting[] = ["yaml", "json", "line", "raw"];
const subjects: [string, (text: string) => unknown][] = [
  ...kinds.map(({ kind }): [string, (text: string) => unknown] => [kind, (text) => validate(kind, text)]),
  ["the scan for placeholders", scanPlaceholders],
  ["templates", (text) => quotings.map((quoting) => compileTemplate(quoting, text))],
  ["comments", (text) => kinds.map(({ comments }) => [...(comments?.(text) ?? [])].length)],
  ["the pipeline graph", yamlToGraph],
];

/** Of this thread alone, in milliseconds. */
function cpuOf(run: () => unknown): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

const chars = 6000;
/** Four times the text takes four times as long where it is linear, and sixteen times where it is quadratic. */
const maxGrowth = 12;
/** Below this a clock tells nothing; what is quadratic takes longer for the larger text. */
const measurableMs = 20;

/** How much longer four times the text takes, by the shortest of several runs; 1 = too short to be measured. */
function growth(run: (text: string) => unknown, of: (chars: number) => string): number {
  const [small, large] = [of(chars), of(4 * chars)];
  let [smallMs, largeMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let grown = 1;
  for (let i = 0; i < 5; i++) {
    largeMs = Math.min(
      largeMs,
      cpuOf(() => run(large)),
    );
    if (largeMs < measurableMs) return 1;
    smallMs = Math.min(
      smallMs,
      cpuOf(() => run(small)),
    );
    grown = largeMs / smallMs;
    if (grown < maxGrowth) break;
  }
  return grown;
}

it("would tell what is quadratic", () => {
  const quadratic = (text: string) => {
    let same = 0;
    for (let a = 0; a < text.length; a += 4) for (let b = 0; b < text.length; b += 4) same += a ^ b;
    return same;
  };
  expect(growth(quadratic, repeated("ab").of)).toBeGreaterThanOrEqual(maxGrowth);
});

describe.each(subjects)("%s", (_name, run) => {
  it("takes no more than linear time, whatever the text", () => {
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
