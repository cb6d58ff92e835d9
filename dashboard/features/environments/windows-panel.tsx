import { useState } from "react";
import { ApiError } from "../../api/problem.ts";
import { windowText } from "../../lib/windows.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/page.tsx";
import { FieldErrorsProvider } from "../plan/field-errors.tsx";
import type { WindowDraft } from "../plan/terms.ts";
import { WindowList } from "../plan/window-list.tsx";
import { ChangeProblem } from "./change-problem.tsx";
import type { PolicyPanelProps } from "./environment-page.tsx";
import { useEnvironmentChange } from "./use-change.ts";

/** Maintenance windows: edited as a list, saved whole. */
export function WindowsPanel({ environment, editable }: PolicyPanelProps) {
  const [draft, setDraft] = useState<WindowDraft[] | null>(null);
  const change = useEnvironmentChange(environment);
  const { windows } = environment;
  const save = (next: WindowDraft[]) =>
    change.mutate(
      {
        fields: {
          windows: next.map(({ days, from, to, timeZone }) => ({ days, from, to, timeZone })),
        },
        said: "The maintenance windows are saved.",
      },
      { onSuccess: () => setDraft(null) },
    );
  return (
    <Panel
      title="Maintenance windows"
      description="Waves start only inside one of them. What is under way when it closes goes on; a rollback is never held."
      actions={
        editable && draft === null ? (
          <Button size="sm" onClick={() => setDraft(windows.map((window, key) => ({ ...window, key })))}>
            Edit the windows
          </Button>
        ) : null
      }
    >
      <div className="flex flex-col gap-3">
        <ChangeProblem error={change.error} />
        {draft === null || change.error ? (
          windows.length === 0 ? (
            <p className="text-soft">None: waves may start at any time.</p>
          ) : (
            <ul aria-label="Windows" className="flex flex-col gap-1">
              {windows.map((window) => (
                <li key={windowText(window)}>{windowText(window)}</li>
              ))}
            </ul>
          )
        ) : null}
        {draft === null ? null : (
          <FieldErrorsProvider value={change.error instanceof ApiError ? change.error.errors : []}>
            <form
              className="flex flex-col gap-3"
              onSubmit={(event) => {
                event.preventDefault();
                save(draft);
              }}
            >
              <WindowList path="windows" windows={draft} onChange={setDraft} />
              <div className="flex justify-end gap-2">
                <Button
                  onClick={() => {
                    setDraft(null);
                    change.reset();
                  }}
                >
                  Discard
                </Button>
                <Button type="submit" look="primary" busy={change.isPending}>
                  Save the windows
                </Button>
              </div>
            </form>
          </FieldErrorsProvider>
        )}
      </div>
    </Panel>
  );
}
