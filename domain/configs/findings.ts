import { type Diagnostic, sortDiagnostics } from "./diagnostic.ts";
import type { Inspection, Reference } from "./kind.ts";
import { checkText } from "./text.ts";

/** Line and column, both from 1, columns in UTF-16 units. */
export interface Place {
  line: number;
  column: number;
}

export interface Finding {
  severity?: Diagnostic["severity"];
  code: string;
  message: string;
  at: Place;
  path?: string;
  /** Looked up only for findings that are shown. */
  hint?: string | (() => string);
}

/** Of one code: a text of the wrong kind has a problem on each line. */
export const maxFindings = 100;

/** Collects what is wrong with a text; of each sort the first ones are kept. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<string, number>();
  #dropped = false;

  add(finding: Finding): void {
    const count = (this.#counts.get(finding.code) ?? 0) + 1;
    this.#counts.set(finding.code, count);
    if (count > maxFindings) this.#dropped = true;
    else this.#kept.push(finding);
  }

  get empty(): boolean {
    return this.#kept.length === 0;
  }

  /** By place; what was left out comes last. */
  toDiagnostics(others: readonly Diagnostic[] = []): Diagnostic[] {
    const sorted = sortDiagnostics([...others, ...this.#kept.map(toDiagnostic)]);
    return this.#dropped ? [...sorted, toDiagnostic(moreProblems(maxFindings))] : sorted;
  }

  /** What a kind answers: its own findings beside what holds for every text. */
  inspection(content: string, references: Reference[] = []): Inspection {
    return { diagnostics: this.toDiagnostics(checkText(content)), references };
  }
}

export function toDiagnostic({ severity, code, message, at, path, hint }: Finding): Diagnostic {
  return {
    severity: severity ?? "error",
    code,
    message,
    line: at.line,
    column: at.column,
    path: path ?? "",
    hint: typeof hint === "function" ? hint() : (hint ?? null),
  };
}

export const moreProblems = (shown: number): Finding => ({
  severity: "warning",
  code: "more_problems",
  message: `There may be more: the first ${shown} problems of each sort are listed.`,
  at: { line: 1, column: 1 },
  hint: "Correct these, then check again. Is the text of this kind at all?",
});
