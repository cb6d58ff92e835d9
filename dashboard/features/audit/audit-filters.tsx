import { useState } from "react";
import type { AuditSearch } from "../../routes/search.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { SearchField } from "../../ui/search-field.tsx";

interface AuditFiltersProps {
  filter: AuditSearch;
  onChange: (filter: AuditSearch) => void;
}

/** As `datetime-local` has it, in the viewer's own time. */
function localTime(iso: string | undefined): string {
  if (iso === undefined) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
const isoTime = (local: string): string | undefined =>
  local === "" ? undefined : new Date(local).toISOString();

/** Applied on submit: each look at the log is a question to the server. */
export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  const [draft, setDraft] = useState(filter);
  const set = (change: Partial<Record<keyof AuditSearch, string | undefined>>) =>
    setDraft(
      Object.fromEntries(
        Object.entries({ ...draft, ...change }).filter(([, value]) => value !== undefined && value !== ""),
      ),
    );
  const clean = Object.keys(filter).length === 0 && Object.keys(draft).length === 0;
  return (
    <search>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          onChange(draft);
        }}
      >
        <SearchField label="Search summaries and names" value={draft.q ?? ""} onChange={(q) => set({ q })} />
        <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
          <TextField
            label="Action"
            placeholder="fleet.create or fleet.*"
            value={draft.action ?? ""}
            onChange={(event) => set({ action: event.target.value.trim() })}
          />
          <TextField
            label="Actor"
            placeholder="usr_… or key_…"
            value={draft.actor ?? ""}
            onChange={(event) => set({ actor: event.target.value.trim() })}
          />
          <TextField
            label="Target"
            placeholder="an id"
            value={draft.target ?? ""}
            onChange={(event) => set({ target: event.target.value.trim() })}
          />
          <TextField
            label="From"
            type="datetime-local"
            value={localTime(draft.from)}
            onChange={(event) => set({ from: isoTime(event.target.value) })}
          />
          <TextField
            label="To"
            type="datetime-local"
            value={localTime(draft.to)}
            onChange={(event) => set({ to: isoTime(event.target.value) })}
          />
        </div>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" size="sm">
            Apply filters
          </Button>
          <Button
            size="sm"
            disabled={clean}
            onClick={() => {
              setDraft({});
              onChange({});
            }}
          >
            Clear filters
          </Button>
        </div>
      </form>
    </search>
  );
}
