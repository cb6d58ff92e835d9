import { mergeTexts } from "../../../domain/configs/merge.ts";

const ours = "<<<<<<< yours";

/** What was written on top of `base`, with what `theirs` changed since; both stand in it where they changed the same lines. */
export function mergedText(base: string, written: string, theirs: string, theirName: string) {
  const { parts, conflicts } = mergeTexts(base, written, theirs);
  const line = (text: string) => (text === "" || text.endsWith("\n") ? text : `${text}\n`);
  const text = parts
    .map((part) =>
      "text" in part
        ? part.text
        : `${ours}\n${line(part.conflict.ours)}=======\n${line(part.conflict.theirs)}>>>>>>> ${theirName}\n`,
    )
    .join("");
  return { text, conflicts: conflicts.length };
}

/** Whether a place is left where somebody must choose. */
export const hasConflict = (text: string): boolean => text.startsWith(ours) || text.includes(`\n${ours}\n`);
