import { Ghostty, Terminal } from "ghostty-web";
import wasmUrl from "ghostty-web/ghostty-vt.wasm?url";
import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { CheckField, SelectField } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import type { Cast } from "./cast.ts";
import { Playback } from "./playback.ts";
import { clockOf } from "./words.ts";

/** As `muster exec-sessions replay` has it. */
const longestPause = 2;
const speeds = [0.5, 1, 2, 4, 8];
/** The page follows so often; the terminal follows each frame. */
const tellEveryMs = 100;
const smallestFontPx = 9;
const largestFontPx = 14;
/** Of a sign's height, about. */
const signWidth = 0.61;

interface Shown {
  terminal: Terminal;
  playback: Playback;
}

/** So large that a row fits where there is room for it; otherwise it scrolls. */
function fontFor({ size, events }: Cast, widthPx: number): number {
  const cols = Math.max(size.cols, ...events.map((one) => (one.type === "resize" ? one.size.cols : 0)));
  return Math.min(largestFontPx, Math.max(smallestFontPx, Math.floor(widthPx / (cols * signWidth))));
}

function draw(ghostty: Ghostty, parent: HTMLElement, cast: Cast): Shown {
  const { clientWidth } = parent;
  const terminal = new Terminal({
    ghostty,
    disableStdin: true,
    fontSize: fontFor(cast, clientWidth),
    cols: cast.size.cols,
    rows: cast.size.rows,
    scrollback: 0,
  });
  terminal.open(parent);
  const playback = new Playback(
    cast,
    {
      write: (text) => terminal.write(text),
      resize: ({ cols, rows }) => terminal.resize(cols, rows),
      // The library's own `reset` leaves what lay in the memory that it takes.
      reset: () => terminal.write("\x1bc"),
    },
    longestPause,
  );
  return { terminal, playback };
}

function textOf({ buffer: { active }, rows }: Terminal): string {
  const first = Math.max(0, active.length - rows);
  const lines = Array.from({ length: rows }, (_, i) => active.getLine(first + i)?.translateToString(true));
  return lines.join("\n").trimEnd();
}

/** A recording on a terminal that nobody types into. Only where the page may run WebAssembly. */
export function RecordingPlayer({ cast }: { cast: Cast }) {
  const place = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const [playing, setPlaying] = useState(true);
  const [seconds, setSeconds] = useState(0);
  const [speed, setSpeed] = useState(1);
  const [cuts, setCuts] = useState(true);
  const [asText, setAsText] = useState(false);

  useEffect(() => {
    let gone = false;
    let drawn: Shown | undefined;
    Ghostty.load(wasmUrl).then(
      (ghostty) => {
        if (gone || !place.current) return;
        drawn = draw(ghostty, place.current, cast);
        setShown(drawn);
      },
      () => setFailure(new Error("The browser could not start the terminal. Load the page anew.")),
    );
    return () => {
      gone = true;
      drawn?.terminal.dispose();
    };
  }, [cast]);

  useEffect(() => {
    if (!shown || !playing) return;
    const { playback } = shown;
    let before = performance.now();
    let told = before;
    let frame = requestAnimationFrame(function step(now) {
      playback.seek(playback.seconds + (Math.max(0, now - before) / 1000) * speed);
      before = now;
      if (playback.atEnd || now - told >= tellEveryMs) {
        told = now;
        setSeconds(playback.seconds);
      }
      if (playback.atEnd) setPlaying(false);
      else frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [shown, playing, speed]);

  const length = shown?.playback.length ?? 0;
  const seek = (to: number) => {
    shown?.playback.seek(to);
    setSeconds(shown?.playback.seconds ?? 0);
  };
  const toggle = () => {
    if (!playing && shown?.playback.atEnd) seek(0);
    setPlaying(!playing);
  };
  if (failure) return <Problem error={failure} />;
  return (
    <div className="flex flex-col gap-3">
      {shown ? null : <Skeleton rows={3} />}
      <ScrollBox label="What the session showed" className="overflow-x-auto rounded-md border bg-[#1e1e1e]">
        {/* Nothing in it takes keys: the text of the screen stands below. */}
        <div ref={place} data-terminal inert className="min-h-40 min-w-max" />
      </ScrollBox>
      <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
        <Button look="primary" disabled={!shown} onClick={toggle}>
          {playing ? <Pause aria-hidden className="size-3.5" /> : <Play aria-hidden className="size-3.5" />}
          {playing ? "Pause" : "Play"}
        </Button>
        <div className="flex h-8.5 min-w-48 flex-1 items-center gap-3">
          <input
            type="range"
            aria-label="Position"
            aria-valuetext={`${clockOf(seconds)} of ${clockOf(length)}`}
            className="min-w-0 flex-1 accent-accent"
            min={0}
            max={length}
            step="any"
            value={seconds}
            disabled={!shown}
            onChange={({ target }) => seek(Number(target.value))}
            onKeyDown={(event) => {
              if (event.key !== " ") return;
              event.preventDefault();
              toggle();
            }}
          />
          <span className="tabular shrink-0 text-sm text-soft">
            {clockOf(seconds)} / {clockOf(length)}
          </span>
        </div>
        <SelectField label="Speed" value={speed} onChange={({ target }) => setSpeed(Number(target.value))}>
          {speeds.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </SelectField>
      </div>
      <CheckField
        label={`Cut pauses to ${longestPause} seconds`}
        checked={cuts}
        onChange={(now) => {
          setCuts(now);
          shown?.playback.cutPauses(now ? longestPause : undefined);
          setSeconds(shown?.playback.seconds ?? 0);
        }}
      />
      {cast.notes.map((note) => (
        <p key={note} className="text-sm text-warn">
          Not all of it is here: {note}.
        </p>
      ))}
      <details onToggle={({ currentTarget }) => setAsText(currentTarget.open)}>
        <summary className="cursor-pointer text-sm text-soft">The screen as text</summary>
        {asText && shown ? (
          <ScrollBox
            label="The screen as text"
            className="mt-2 overflow-x-auto rounded-md border bg-sunken p-3"
          >
            <pre className="font-mono text-sm">{textOf(shown.terminal) || "The screen is empty."}</pre>
          </ScrollBox>
        ) : null}
      </details>
    </div>
  );
}
