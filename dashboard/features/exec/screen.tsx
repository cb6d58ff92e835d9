import { FitAddon, Ghostty, Terminal } from "ghostty-web";
import wasmUrl from "ghostty-web/ghostty-vt.wasm?url";
import { useEffect, useRef, useState } from "react";
import type { ExecStarted } from "../../../protocol/api/exec.ts";
import { asApiError } from "../../api/problem.ts";
import { openTerminalSocket } from "./terminal-socket.ts";
import { howItEnded } from "./words.ts";

interface ScreenProps {
  stream: NonNullable<ExecStarted["stream"]>;
  onEnd: (words: string) => void;
}

/** The terminal of a session, drawn as long as the session lives. */
export function Screen({ stream, onEnd }: ScreenProps) {
  const place = useRef<HTMLDivElement>(null);
  const [status, setStatus] = useState("Connecting");
  // biome-ignore lint/correctness/useExhaustiveDependencies: a ticket counts once, so a stream is opened once.
  useEffect(() => {
    let gone = false;
    let leave = () => {};
    void draw();
    return () => {
      gone = true;
      leave();
    };

    async function draw(): Promise<void> {
      const ghostty = await Ghostty.load(wasmUrl);
      const parent = place.current;
      if (gone || !parent) return;
      const terminal = new Terminal({ ghostty, cursorBlink: true, fontSize: 14, scrollback: 10_000 });
      const fit = new FitAddon();
      terminal.loadAddon(fit);
      terminal.open(parent);
      fit.fit();
      let refusal = "";
      const socket = openTerminalSocket({
        stream,
        onOutput: (data) => terminal.write(data),
        onReady() {
          setStatus("Connected");
          socket.resize({ cols: terminal.cols, rows: terminal.rows });
          terminal.focus();
        },
        onLost: () => setStatus("The connection was lost; coming back"),
        onRefused: (words) => {
          refusal = words;
        },
        onEnd({ code, signal, reason }) {
          const words = refusal === "" ? howItEnded(code, signal, reason) : refusal;
          setStatus(words);
          onEnd(words);
        },
        onFailed(error) {
          const words = asApiError(error).message;
          setStatus(words);
          onEnd(words);
        },
      });
      terminal.onData((text) => socket.input(text));
      terminal.onResize((size) => socket.resize({ cols: size.cols, rows: size.rows }));
      fit.observeResize();
      leave = () => {
        socket.leave();
        terminal.dispose();
      };
    }
  }, []);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <p role="status" className="text-sm text-soft">
        {status}
      </p>
      <div
        ref={place}
        data-terminal
        className="h-[70vh] min-h-60 overflow-hidden rounded-md border bg-[#1e1e1e]"
      />
    </div>
  );
}
