import { clean, type Style } from "./output.ts";
import { withoutFractions } from "./time.ts";

export interface Column<T> {
  title: string;
  value: (row: T) => string;
  paint?: (text: string, row: T, style: Style) => string;
  align?: "right";
  /** Never cut, only dropped: half an id is no id. */
  whole?: boolean;
  /** On a narrow terminal columns are dropped from the highest number down; 0 (the default) stays. */
  drop?: number;
}

const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Columns that the text takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = wide.test(segment) ? 2 : 1;
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept}…`;
}

const gap = 2;
/** A column is cut down to `readable` before another is dropped, and to `narrowest` when none is left to drop. */
const readable = 16;
const narrowest = 6;

function fitWidths<T>(columns: Column<T>[], natural: number[], width: number) {
  const keep = columns.map((_, index) => index);
  const widths = [...natural];
  const least = (i: number) => (columns[i]?.whole ? (natural[i] ?? 0) : Math.min(natural[i] ?? 0, readable));
  const total = (of: (i: number) => number) =>
    keep.reduce((sum, i) => sum + of(i), 0) + gap * (keep.length - 1);
  while (total(least) > width) {
    const drops = keep.map((i) => columns[i]?.drop ?? 0);
    const highest = Math.max(...drops);
    if (highest === 0) break;
    keep.splice(drops.lastIndexOf(highest), 1);
  }
  const spare = (i: number) => (columns[i]?.whole ? 0 : Math.max(0, (widths[i] ?? 0) - narrowest));
  while (total((i) => widths[i] ?? 0) > width) {
    const cuttable = keep.filter((i) => spare(i) > 0);
    if (cuttable.length === 0) break;
    const widest = cuttable.reduce((best, i) => ((widths[i] ?? 0) > (widths[best] ?? 0) ? i : best));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return { keep, widths };
}

/** Rows under titles, in as many columns as the terminal has; nothing is cut when it is not a terminal. */
export function table<T>(rows: T[], columns: Column<T>[], style: Style): string {
  const cells = rows.map((row) => columns.map((column) => clean(column.value(row)).replace(/\s+/g, " ")));
  const natural = columns.map((column, i) =>
    Math.max(displayWidth(column.title), ...cells.map((line) => displayWidth(line[i] ?? ""))),
  );
  const { keep, widths } =
    style.width === null
      ? { keep: columns.map((_, i) => i), widths: natural }
      : fitWidths(columns, natural, style.width);
  const pad = (text: string, i: number, last: boolean) => {
    const space = " ".repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(text)));
    if (columns[i]?.align === "right") return { before: space, after: "" };
    return { before: "", after: last ? "" : space };
  };
  const line = (texts: string[], paint: (text: string, i: number) => string) =>
    keep
      .map((i, place) => {
        const text = truncate(texts[i] ?? "", widths[i] ?? 0);
        const { before, after } = pad(text, i, place === keep.length - 1);
        return `${before}${paint(text, i)}${after}`;
      })
      .join(" ".repeat(gap))
      .trimEnd();
  const head = line(
    columns.map((column) => column.title),
    (text) => style.color.dim(text),
  );
  const body = rows.map((row, r) =>
    line(cells[r] ?? [], (text, i) => columns[i]?.paint?.(text, row, style) ?? text),
  );
  return [head, ...body].join("\n");
}

type Fact = [name: string, value: string | null, paint?: (text: string) => string];

/** Facts about one thing, one a line, names aligned; null leaves the line out. */
export function facts(pairs: Fact[], style: Style): string {
  const width = Math.max(0, ...pairs.map(([name, value]) => (value === null ? 0 : displayWidth(name))));
  const lines: string[] = [];
  for (const [name, value, paint] of pairs) {
    if (value === null) continue;
    const text = withoutFractions(clean(value))
      .split("\n")
      .map((line) => (paint ? paint(line) : line))
      .join(`\n${" ".repeat(width + gap)}`);
    lines.push(`${style.color.dim(name.padEnd(width))}  ${text}`);
  }
  return lines.join("\n");
}
