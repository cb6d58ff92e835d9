import type { TemplateMerge } from "../../../protocol/api/templates.ts";

export type Choice = "ours" | "theirs" | "both";
/** By the conflict's place among the conflicts. */
export type Choices = Readonly<Record<number, Choice>>;

/** The merge with each conflict as chosen; the config's lines where nothing is chosen yet. */
export function resolved(parts: TemplateMerge["parts"], choices: Choices): string {
  let at = 0;
  return parts
    .map((part) => {
      if ("text" in part) return part.text;
      const { ours, theirs } = part.conflict;
      const choice = choices[at++] ?? "ours";
      if (choice === "both") return ours === "" || ours.endsWith("\n") ? ours + theirs : `${ours}\n${theirs}`;
      return choice === "ours" ? ours : theirs;
    })
    .join("");
}
