import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { clean, type Style } from "./output.ts";
import { displayWidth, facts, table, truncate } from "./table.ts";

const style = (width: number | null): Style => ({ color: createColors(false), width, nowMs: 0 });
const rows = [
  { name: "web-1", error: "the port 8080 is taken by another process", id: "agt_1" },
  { name: "a-much-longer-agent-name", error: "", id: "agt_2" },
];
const columns = [
  { title: "NAME", value: (row: (typeof rows)[number]) => row.name },
  { title: "ERROR", value: (row: (typeof rows)[number]) => row.error },
  { title: "ID", value: (row: (typeof rows)[number]) => row.id, drop: 1 },
];

describe("table", () => {
  it("cuts nothing when nobody looks at a terminal", () => {
    const text = table(rows, columns, style(null));
    expect(text).toContain("the port 8080 is taken by another process");
    expect(text.split("\n")).toHaveLength(3);
  });

  it.each([20, 30, 40, 60, 80])("never exceeds %i columns", (width) => {
    for (const line of table(rows, columns, style(width)).split("\n")) {
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  it("drops the columns marked for it before it cuts the others to pieces", () => {
    const narrow = table(rows, columns, style(34));
    expect(narrow).not.toContain("ID");
    expect(narrow).toContain("NAME");
    expect(table(rows, columns, style(80))).toContain("agt_1");
  });

  it("never cuts an id in half", () => {
    const ids = [{ id: `agt_${"0".repeat(26)}`, name: "a-name-that-may-be-cut" }];
    const both = [
      { title: "NAME", value: (row: (typeof ids)[number]) => row.name },
      { title: "ID", whole: true, value: (row: (typeof ids)[number]) => row.id },
    ];
    expect(table(ids, both, style(50))).toContain(ids[0]?.id);
    const droppable = both.map((column) => (column.whole ? { ...column, drop: 1 } : column));
    expect(table(ids, droppable, style(40))).not.toContain("agt_");
  });

  it("aligns wide and combined characters by what they take on the screen", () => {
    const mixed = [{ name: "東京" }, { name: "e\u0301te\u0301" }, { name: "plain" }];
    const text = table(
      mixed,
      [
        { title: "N", value: (row) => row.name },
        { title: "X", value: () => "|" },
      ],
      style(null),
    );
    const ends = text
      .split("\n")
      .slice(1)
      .map((line) => displayWidth(line));
    expect(new Set(ends).size).toBe(1);
  });

  it("keeps a row on one line and takes control characters out", () => {
    const evil = [{ name: "a\nb\u001b[31mred\u0007" }];
    const text = table(evil, [{ title: "N", value: (row) => row.name }], style(null));
    expect(text.split("\n")).toHaveLength(2);
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u0007");
  });
});

describe("truncate", () => {
  it("ends with an ellipsis within the width", () => {
    expect(truncate("abcdef", 4)).toBe("abc…");
    expect(truncate("abcd", 4)).toBe("abcd");
    expect(displayWidth(truncate("東京都港区", 5))).toBeLessThanOrEqual(5);
  });
});

describe("facts", () => {
  it("aligns names, indents further lines and leaves out what is null", () => {
    const text = facts(
      [
        ["a", "1\n2"],
        ["long", "3"],
        ["gone", null],
      ],
      style(null),
    );
    expect(text).toBe("a     1\n      2\nlong  3");
  });
});

describe("clean", () => {
  it("keeps line breaks and tabs, removes escapes", () => {
    expect(clean("a\n\tb\u001b]0;title\u0007\u009b1m")).toBe("a\n\tb]0;title1m");
  });
});
