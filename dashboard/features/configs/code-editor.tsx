import { defaultKeymap, history, historyKeymap, indentLess, insertTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import type { Diagnostic } from "../../../protocol/api/configs.ts";

export interface EditorHandle {
  /** Lines and columns count from 1. */
  goTo: (line: number, column: number) => void;
}

interface CodeEditorProps {
  label: string;
  language: string;
  /** The first text only; later the editor owns it. Give a new `key` for another document. */
  initial: string;
  diagnostics: Diagnostic[];
  onChange: (text: string) => void;
  ref?: Ref<EditorHandle>;
}

const theme = EditorView.theme({
  "&": { backgroundColor: "var(--raised)", color: "var(--text)", fontSize: "0.8125rem", height: "100%" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--text)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": {
    backgroundColor: "var(--sunken)",
    color: "var(--text-faint)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in oklch, var(--accent) 6%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--hover)", color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklch, var(--accent) 25%, transparent)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--text)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
  },
});

const languages: Record<string, () => Extension> = { yaml };

/** Tab indents; Esc and then Tab leaves the editor, so that the keyboard is never caught in it. */
function leaveWithEscape(): Extension {
  let escaped = false;
  return [
    EditorView.domEventHandlers({
      keydown(event) {
        if (event.key === "Escape") escaped = true;
        else if (event.key !== "Tab" && event.key !== "Shift") escaped = false;
        return false;
      },
    }),
    keymap.of([
      {
        key: "Tab",
        run: (view) => !escaped && insertTab(view),
        shift: (view) => !escaped && indentLess(view),
      },
    ]),
  ];
}

export function CodeEditor({ label, language, initial, diagnostics, onChange, ref }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const change = useRef(onChange);
  change.current = onChange;
  const start = useRef(initial);

  useEffect(() => {
    if (!host.current) return;
    const tongue = new Compartment();
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: start.current,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
          leaveWithEscape(),
          tongue.of(languages[language]?.() ?? []),
          theme,
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      // The next mount goes on with the text as it was.
      start.current = editor.state.doc.toString();
      editor.destroy();
      view.current = null;
    };
  }, [label, language]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { doc } = editor.state;
    editor.dispatch(
      setDiagnostics(
        editor.state,
        diagnostics.map((diagnostic) => {
          const line = doc.line(Math.min(diagnostic.line, doc.lines));
          const from = Math.min(line.from + diagnostic.column - 1, line.to);
          return {
            from,
            to: line.to,
            severity: diagnostic.severity,
            message: [diagnostic.message, diagnostic.hint].filter(Boolean).join(" "),
          };
        }),
      ),
    );
  }, [diagnostics]);

  useImperativeHandle(ref, () => ({
    goTo(line, column) {
      const editor = view.current;
      if (!editor) return;
      const target = editor.state.doc.line(Math.min(line, editor.state.doc.lines));
      const at = Math.min(target.from + column - 1, target.to);
      editor.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      editor.focus();
    },
  }));

  return <div ref={host} className="h-[clamp(16rem,52dvh,40rem)] overflow-hidden" />;
}
