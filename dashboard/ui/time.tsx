import { useSyncExternalStore } from "react";
import { exactTime, relativeTime } from "../lib/time.ts";

const tickMs = 10_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all relative times on the page. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function Time({ at }: { at: string | null }) {
  const nowMs = useSyncExternalStore(subscribe, () => now);
  if (at === null) return <span className="text-soft">never</span>;
  return (
    <time dateTime={at} title={exactTime(at)} className="tabular whitespace-nowrap">
      {relativeTime(at, Math.max(nowMs, Math.min(Date.now(), Date.parse(at))))}
    </time>
  );
}
