import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from "lucide-react";
import { lazy, type ReactNode, Suspense, useRef } from "react";
import type { Diagnostic } from "../../../protocol/api/configs.ts";
import { plural } from "../../lib/format.ts";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { EditorHandle } from "./code-editor.tsx";
import { FleetChoice, useFleetFacts } from "./fleet-facts.tsx";
import { useValidation } from "./use-validation.ts";

/** CodeMirror comes only to those who edit. */
const CodeEditor = lazy(async () => ({ default: (await import("./code-editor.tsx")).CodeEditor }));
const none: Diagnostic[] = [];

interface EditorPanelProps {
  projectId: string;
  label: string;
  kind: string | undefined;
  language: string;
  documentKey: string;
  initial: string;
  content: string;
  onChange: (text: string) => void;
  /** What is checked in place of the text; every place in it must stay where it is. */
  toCheck?: (text: string) => string;
  header?: ReactNode;
}

export function EditorPanel(props: EditorPanelProps) {
  const against = useFleetFacts();
  const { validation, checking, error } = useValidation(
    props.kind,
    props.toCheck ? props.toCheck(props.content) : props.content,
    against.facts,
  );
  const editor = useRef<EditorHandle>(null);
  const diagnostics = validation?.diagnostics ?? none;
  const errors = diagnostics.filter((each) => each.severity === "error").length;
  const warnings = diagnostics.length - errors;
  return (
    <section aria-label="Editor" className="overflow-hidden rounded-lg border bg-raised">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b px-4 py-2">
        {props.header}
        <FleetChoice projectId={props.projectId} kind={props.kind} {...against} />
        <p role="status" className="ml-auto flex items-center gap-1.5 text-sm">
          {checking ? (
            <>
              <LoaderCircle aria-hidden className="size-3.5 animate-spin text-soft" />
              <span className="text-soft">Checking</span>
            </>
          ) : error ? null : errors > 0 ? (
            <>
              <CircleX aria-hidden className="size-3.5 text-bad" />
              <span className="text-bad">{plural(errors, "error")}</span>
            </>
          ) : warnings > 0 ? (
            <>
              <TriangleAlert aria-hidden className="size-3.5 text-warn" />
              <span className="text-warn">{plural(warnings, "warning")}</span>
            </>
          ) : (
            <>
              <CircleCheck aria-hidden className="size-3.5 text-good" />
              <span className="text-good">No problem found</span>
            </>
          )}
        </p>
      </div>
      <Suspense fallback={<Skeleton rows={9} />}>
        <CodeEditor
          key={props.documentKey}
          ref={editor}
          label={props.label}
          language={props.language}
          initial={props.initial}
          diagnostics={diagnostics}
          onChange={props.onChange}
        />
      </Suspense>
      {error ? (
        <div className="border-t p-3">
          <Problem error={error} />
        </div>
      ) : null}
      {diagnostics.length > 0 ? (
        <ul aria-label="Diagnostics" className="max-h-56 divide-y overflow-y-auto border-t">
          {diagnostics.map((each) => (
            <li key={`${each.line} ${each.column} ${each.code} ${each.message}`}>
              <button
                type="button"
                onClick={() => editor.current?.goTo(each.line, each.column)}
                className="flex w-full items-start gap-3 px-4 py-2 text-left -outline-offset-2 hover:bg-hover"
              >
                {each.severity === "error" ? (
                  <CircleX aria-label="error" className="mt-0.5 size-4 shrink-0 text-bad" />
                ) : (
                  <TriangleAlert aria-label="warning" className="mt-0.5 size-4 shrink-0 text-warn" />
                )}
                <span className="min-w-0 flex-1 break-words">
                  {each.message}
                  {each.hint ? <span className="block text-sm text-soft">{each.hint}</span> : null}
                </span>
                <span className="tabular font-mono text-xs text-soft">
                  {each.line}:{each.column}
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
