import { ArrowDownToLine, Eraser, Pause, Play } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { SourceInfo } from "../../../protocol/custom/logs.ts";
import { asApiError } from "../../api/problem.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Tag, type Tone } from "../../ui/status.tsx";
import { appended, found, type LogRow, lineRow, noteRow } from "./log-lines.ts";
import { LogView } from "./log-view.tsx";
import { openTail, type Tail, type TailStatus } from "./tail-socket.ts";

const firstLines = 500;
const statusWords: Record<TailStatus, [Tone, string]> = {
  connecting: ["busy", "connecting"],
  live: ["good", "live"],
  offline: ["bad", "not connected, trying again"],
  ended: ["idle", "ended"],
};

/** What the agent's host has and what is written there now. Nothing is stored, and nothing is read once the page is left. */
export function LiveLogs({ agentId }: { agentId: string }) {
  const [source, setSource] = useState("");
  const [sources, setSources] = useState<SourceInfo[]>([]);
  const [rows, setRows] = useState<LogRow[]>([]);
  const [status, setStatus] = useState<TailStatus>("connecting");
  const [error, setError] = useState<Error | null>(null);
  const [search, setSearch] = useState("");
  const [follows, setFollows] = useState(true);
  const [paused, setPaused] = useState(false);
  const tail = useRef<Tail | null>(null);
  /** What came while paused; null = it is not. */
  const held = useRef<LogRow[] | null>(null);
  useEffect(() => {
    setRows([]);
    setError(null);
    setPaused(false);
    held.current = null;
    const add = (more: LogRow[]) => {
      if (held.current) held.current.push(...more);
      else setRows((before) => appended(before, more));
    };
    const opened = openTail({
      agentId,
      sources: source === "" ? [] : [source],
      lines: firstLines,
      onSources: setSources,
      onLines: (lines) => add(lines.map(lineRow)),
      onNote: (words) => add([noteRow(words)]),
      onStatus: setStatus,
      onRefused: (refused) => {
        setError(refused);
        setStatus("ended");
      },
    });
    tail.current = opened;
    return () => opened.close();
  }, [agentId, source]);
  const shown = useMemo(() => found(rows, search), [rows, search]);
  const [tone, words] = statusWords[status];
  const pause = (now: boolean) => {
    setPaused(now);
    const waiting = held.current ?? [];
    held.current = now ? [] : null;
    if (!now) setRows((before) => appended(before, waiting));
    tail.current?.pause(now);
  };
  return (
    <Panel
      title="On the host, now"
      description="Read from the agent's host while this page is open; stored nowhere."
      actions={<Tag tone={tone}>{words}</Tag>}
      flush
    >
      <search className="flex flex-wrap items-end gap-2 border-b p-3">
        <SelectField
          label="Source"
          className="min-w-48"
          value={source}
          onChange={({ target }) => setSource(target.value)}
        >
          <option value="">What the agent runs</option>
          {sources.map(({ name, title }) => (
            <option key={name} value={name}>
              {name === title || name.endsWith(title) ? name : `${name} (${title})`}
            </option>
          ))}
        </SelectField>
        <SearchField
          label="Search these lines"
          value={search}
          onChange={setSearch}
          className="min-w-48 flex-1"
        />
        <Button onClick={() => pause(!paused)}>
          {paused ? <Play aria-hidden className="size-3.5" /> : <Pause aria-hidden className="size-3.5" />}
          {paused ? "Go on" : "Pause"}
        </Button>
        <Button disabled={follows} onClick={() => setFollows(true)}>
          <ArrowDownToLine aria-hidden className="size-3.5" />
          Follow
        </Button>
        <Button onClick={() => setRows([])}>
          <Eraser aria-hidden className="size-3.5" />
          Clear
        </Button>
      </search>
      {error ? (
        <div className="p-3">
          <Problem error={asApiError(error)} />
        </div>
      ) : null}
      {shown.length === 0 && !error ? (
        <p className="p-4 text-soft">
          {rows.length > 0
            ? "No line matches."
            : status === "live"
              ? "Nothing was written yet."
              : "Connecting…"}
        </p>
      ) : null}
      <LogView
        rows={shown}
        follows={follows && !paused}
        onFollow={(now) => {
          if (!paused) setFollows(now);
        }}
        showSource={new Set(rows.map((row) => row.source)).size > 1}
      />
    </Panel>
  );
}
