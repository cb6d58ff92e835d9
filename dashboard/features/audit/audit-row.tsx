import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { AuditEvent } from "../../../protocol/api/audit.ts";
import { exactTime } from "../../lib/time.ts";
import type { AuditSearch } from "../../routes/search.ts";
import { Button } from "../../ui/button.tsx";
import { Facts } from "../../ui/page.tsx";
import { Tag } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { ChangeList } from "./change-list.tsx";

interface AuditRowProps {
  event: AuditEvent;
  onNarrow: (filter: AuditSearch) => void;
}

/** One act; opened, all that is known of it. */
export function AuditRow({ event, onNarrow }: AuditRowProps) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)} className="group">
        <summary className="flex list-none flex-wrap items-start gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-hover/50 [&::-webkit-details-marker]:hidden">
          <ChevronRight
            aria-hidden
            className="mt-1 size-3.5 shrink-0 text-soft transition-transform group-open:rotate-90"
          />
          <span className="w-48 shrink-0">
            <Tag tone={event.sensitiveRead ? "warn" : "idle"}>{event.action}</Tag>
          </span>
          <span className="min-w-0 flex-1 basis-64 break-words">
            <span className="font-medium">{event.actorName || event.actor}</span> {event.summary}
          </span>
          <span className="text-sm text-soft">
            <Time at={event.at} />
          </span>
        </summary>
        {open ? (
          <div className="flex flex-col gap-4 border-t bg-ground/40 px-4 py-3 sm:pl-11">
            {event.changes.length > 0 ? <ChangeList changes={event.changes} /> : null}
            <AuditFacts event={event} />
            <div className="flex flex-wrap gap-2">
              <Button size="sm" onClick={() => onNarrow({ actor: event.actor })}>
                Only this actor
              </Button>
              <Button size="sm" onClick={() => onNarrow({ action: event.action })}>
                Only {event.action}
              </Button>
              <Button size="sm" onClick={() => onNarrow({ target: event.target })}>
                Only this target
              </Button>
            </div>
          </div>
        ) : null}
      </details>
    </li>
  );
}

const mono = (text: string) => <code className="font-mono text-xs break-all">{text}</code>;

function AuditFacts({ event }: { event: AuditEvent }) {
  return (
    <Facts
      items={[
        ["When", exactTime(event.at)],
        ["Actor", mono(event.actor)],
        ...(event.onBehalfOf ? ([["On behalf of", mono(event.onBehalfOf)]] as const) : []),
        ["Target", mono(event.target)],
        ["From", event.address === "" ? "not known" : event.address],
        ["Program", event.userAgent === "" ? "not known" : event.userAgent],
        ["Request", mono(event.requestId)],
        ["Place in the chain", event.seq],
        ["Hash", event.hash === null ? "not sealed yet" : mono(event.hash)],
      ].map(([name, value]) => [String(name), value])}
    />
  );
}
