import type { AuditEvent } from "../../../protocol/api/audit.ts";
import { cx } from "../../lib/class-names.ts";
import { ScrollBox } from "../../ui/scroll-box.tsx";

const shown = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value, null, 2);

/** What was, and what is since then, side by side; one below the other on a phone. */
export function ChangeList({ changes }: { changes: AuditEvent["changes"] }) {
  return (
    <ul aria-label="Changes" className="flex flex-col gap-3">
      {changes.map((change) => (
        <li key={change.path} className="min-w-0">
          <code className="font-mono text-xs break-all">{change.path}</code>
          <div className="mt-1 grid gap-2 sm:grid-cols-2">
            <Side title="Before" value={change.before} className="bg-bad-tint/50" />
            <Side title="After" value={change.after} className="bg-good-tint/50" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Side({ title, value, className }: { title: string; value: unknown; className: string }) {
  const empty = value === undefined || value === null;
  return (
    <div className={cx("min-w-0 rounded-md border px-2.5 py-1.5", empty ? "" : className)}>
      <p className="text-xs text-soft">{title}</p>
      {empty ? (
        <p className="text-sm text-faint">nothing</p>
      ) : (
        <ScrollBox label={title} className="max-h-56 overflow-auto">
          <pre className="font-mono text-xs break-words whitespace-pre-wrap">{shown(value)}</pre>
        </ScrollBox>
      )}
    </div>
  );
}
