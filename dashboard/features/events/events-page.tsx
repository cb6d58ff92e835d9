import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { type EventType, eventTypes } from "../../../domain/fleets/events.ts";
import type { FleetEvent } from "../../../protocol/api/events.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { maxEvents } from "../../lib/live-state.ts";
import { Button } from "../../ui/button.tsx";
import { FeedIndicator } from "../../ui/feed-indicator.tsx";
import { inputClass } from "../../ui/field.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Tag, type Tone } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { Readable } from "../organizations/readable.tsx";
import { AwayPolicy } from "./away-policy.tsx";

const step = 200;
const types = Object.keys(eventTypes) as EventType[];

function tone(type: EventType): Tone {
  if (/failed|revoked|rolled_back|rolling_back|rollback|duplicate|offline/.test(type)) return "bad";
  if (/succeeded|applied|passed|enrolled|\.back$/.test(type)) return "good";
  if (/started|offered|connected|resumed/.test(type) && !type.includes("disconnected")) return "busy";
  return "idle";
}

export function EventsPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/events" });
  return (
    <Readable key={fleetId} fleetId={fleetId} permission="event.read" title="Events">
      <EventsView fleetId={fleetId} />
    </Readable>
  );
}

function EventsView({ fleetId }: { fleetId: string }) {
  const live = useFleetLive(fleetId);
  const [q, setQ] = useState("");
  const [type, setType] = useState("");
  const [shown, setShown] = useState(step);
  const found = useMemo(() => {
    const needle = q.trim().toLowerCase();
    return live.events.filter(
      (event) =>
        (!type || event.type === type) &&
        (!needle ||
          event.summary.toLowerCase().includes(needle) ||
          event.agentId?.toLowerCase().includes(needle) ||
          event.rolloutId?.toLowerCase().includes(needle)),
    );
  }, [live.events, q, type]);
  return (
    <Page
      title="Events"
      description={<FeedIndicator status={live.feed} />}
      actions={<AwayPolicy fleetId={fleetId} />}
    >
      {live.error ? <Problem error={live.error} retry={live.reload} /> : null}
      <search className="flex flex-wrap gap-2">
        <SearchField label="Search events" value={q} onChange={setQ} className="min-w-56 flex-1" />
        <div className="min-w-48">
          <select
            aria-label="Filter by type"
            value={type}
            onChange={(event) => setType(event.target.value)}
            className={inputClass}
          >
            <option value="">Any type</option>
            {types.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </div>
      </search>
      <Panel flush>
        {live.events.length === 0 ? (
          live.loaded ? (
            <Empty title="Nothing has happened yet">
              What agents and rollouts do shows up here as it happens.
            </Empty>
          ) : (
            <Skeleton />
          )
        ) : found.length === 0 ? (
          <Empty title="No event matches">Clear the search or choose another type.</Empty>
        ) : (
          <ol aria-label="Events" className="divide-y">
            {found.slice(0, shown).map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </ol>
        )}
        {found.length > shown ? (
          <div className="border-t p-3">
            <Button size="sm" onClick={() => setShown(shown + step)}>
              Show more
            </Button>
          </div>
        ) : null}
      </Panel>
      <p className="-mt-2 text-xs text-soft">
        The newest events that this page has read, at most {maxEvents}. Older ones: `muster events` or the
        API.
      </p>
    </Page>
  );
}

function EventRow({ event }: { event: FleetEvent }) {
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 px-4 py-2.5">
      <span className="w-52 shrink-0">
        <Tag tone={tone(event.type)}>{event.type}</Tag>
      </span>
      <span className="min-w-0 flex-1 basis-64 break-words">
        {event.summary}
        <span className="flex gap-3 text-xs">
          {event.agentId ? (
            <Link
              to="/fleets/$fleetId/agents/$agentId"
              params={{ fleetId: event.fleetId, agentId: event.agentId }}
              className="text-accent underline underline-offset-2"
            >
              agent
            </Link>
          ) : null}
          {event.rolloutId ? (
            <Link
              to="/fleets/$fleetId/rollouts/$rolloutId"
              params={{ fleetId: event.fleetId, rolloutId: event.rolloutId }}
              className="text-accent underline underline-offset-2"
            >
              rollout
            </Link>
          ) : null}
        </span>
      </span>
      <span className="text-sm text-soft">
        <Time at={event.at} />
      </span>
    </li>
  );
}
