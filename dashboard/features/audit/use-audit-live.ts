import { useEffect, useState } from "react";
import type { AuditEvent } from "../../../protocol/api/audit.ts";
import { api } from "../../api/client.ts";
import type { FeedStatus } from "../../api/live.ts";
import { ApiError } from "../../api/problem.ts";
import { serverEvents } from "../../lib/server-events.ts";
import type { AuditSearch } from "../../routes/search.ts";

const redialMs = 2_000;
const maxLive = 500;

interface AuditLive {
  /** Newest first. */
  events: AuditEvent[];
  status: FeedStatus;
  error: unknown;
}

const nothing: AuditLive = { events: [], status: "connecting", error: null };

/** What happens from now on, as far as the filter goes; goes on after a lost connection where it was. */
export function useAuditLive(orgId: string, filter: AuditSearch, on: boolean): AuditLive {
  const [live, setLive] = useState(nothing);
  const wanted = JSON.stringify(filter);
  useEffect(() => {
    setLive(nothing);
    if (!on) return;
    const stop = new AbortController();
    void followAudit(orgId, JSON.parse(wanted) as AuditSearch, stop.signal, setLive);
    return () => stop.abort();
  }, [orgId, wanted, on]);
  return live;
}

async function followAudit(
  orgId: string,
  filter: AuditSearch,
  signal: AbortSignal,
  set: (change: (live: AuditLive) => AuditLive) => void,
): Promise<void> {
  let last: string | null = null;
  const add = (event: AuditEvent) =>
    set((live) => ({ ...live, events: [event, ...live.events].slice(0, maxLive) }));
  while (!signal.aborted) {
    try {
      const response = await api.open(`/v1/orgs/${orgId}/audit-events/live`, {
        query: { ...filter },
        headers: { accept: "text/event-stream", ...(last !== null && { "last-event-id": last }) },
        signal,
      });
      set((live) => ({ ...live, status: "live", error: null }));
      const feed = serverEvents(
        ({ event, data }) => {
          // The server writes each as `auditEvent` of the contract.
          if (event === "audit") add(JSON.parse(data) as AuditEvent);
        },
        (id) => {
          last = id;
        },
      );
      await readText(response, feed);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && !error.retryable) {
        set((live) => ({ ...live, status: "gone", error }));
        return;
      }
      set((live) => ({ ...live, status: "offline" }));
    }
    await new Promise((resolve) => setTimeout(resolve, redialMs));
  }
}

async function readText(response: Response, feed: (text: string) => void): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    feed(decoder.decode(value, { stream: true }));
  }
}
