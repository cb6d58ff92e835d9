export interface UnifiedLine {
  kind: "same" | "added" | "removed" | "place";
  /** Without the mark in front. */
  text: string;
}

/** The lines of a unified diff; the two lines that name the files are left out. */
export function readUnifiedDiff(diff: string): UnifiedLine[] {
  const lines = diff.split("\n");
  if (lines.at(-1) === "") lines.pop();
  let inHunk = false;
  return lines.flatMap((line): UnifiedLine[] => {
    if (line.startsWith("@@")) {
      inHunk = true;
      return [{ kind: "place", text: line }];
    }
    if (!inHunk && /^(---|\+\+\+) /.test(line)) return [];
    if (line.startsWith("\\")) return [{ kind: "place", text: line.slice(2) }];
    const text = line.slice(1);
    if (line.startsWith("+")) return [{ kind: "added", text }];
    if (line.startsWith("-")) return [{ kind: "removed", text }];
    return [{ kind: "same", text }];
  });
}
