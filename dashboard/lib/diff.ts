export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
  /** Line numbers from 1 in the older and the newer text. */
  before: number | null;
  after: number | null;
}

/** Cells of the table at most (about 2,000 × 2,000 changed lines); past it the changed middle is shown as one block. */
const maxCells = 4_000_000;

/** A line diff by longest common subsequence, after cutting the common head and tail. */
export function diffLines(older: string, newer: string): DiffLine[] {
  const a = older === "" ? [] : older.split("\n");
  const b = newer === "" ? [] : newer.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail++;
  }
  const lines: DiffLine[] = [];
  const same = (i: number, j: number) =>
    lines.push({ kind: "same", text: a[i] ?? "", before: i + 1, after: j + 1 });
  const removed = (i: number) =>
    lines.push({ kind: "removed", text: a[i] ?? "", before: i + 1, after: null });
  const added = (j: number) => lines.push({ kind: "added", text: b[j] ?? "", before: null, after: j + 1 });

  for (let i = 0; i < head; i++) same(i, i);
  const rows = a.length - tail - head;
  const columns = b.length - tail - head;
  if (rows * columns > maxCells) {
    for (let i = 0; i < rows; i++) removed(head + i);
    for (let j = 0; j < columns; j++) added(head + j);
  } else {
    const width = columns + 1;
    const longest = new Uint32Array((rows + 1) * width);
    const at = (i: number, j: number) => longest[i * width + j] ?? 0;
    for (let i = rows - 1; i >= 0; i--) {
      for (let j = columns - 1; j >= 0; j--) {
        longest[i * width + j] =
          a[head + i] === b[head + j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      }
    }
    let i = 0;
    let j = 0;
    while (i < rows || j < columns) {
      if (i < rows && j < columns && a[head + i] === b[head + j]) same(head + i++, head + j++);
      else if (i < rows && (j >= columns || at(i + 1, j) >= at(i, j + 1))) removed(head + i++);
      else added(head + j++);
    }
  }
  for (let k = tail; k > 0; k--) same(a.length - k, b.length - k);
  return lines;
}
