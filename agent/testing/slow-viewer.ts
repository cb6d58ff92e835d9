/**
 * Under `bun`: a program that writes 4,000,000 bytes into a terminal which its reader pauses all the while. Prints, as
 * JSON, what came, what came while it was paused, and what the program read from its terminal.
 */
import { readFileSync } from "node:fs";
import { startPty } from "../exec/pty-bun.ts";

const [notes = ""] = process.argv.slice(2);
const script = `exec 2>/dev/null; stty raw; cat > "$0" & head -c 4000000 /dev/zero | tr '\\0' x; kill %1; wait`;
const program = startPty(
  { argv: ["bash", "-c", script, notes], cwd: "/", env: { PATH: process.env.PATH ?? "" } },
  { cols: 80, rows: 24 },
);
let bytes = 0;
let most = 0;
let whilePaused = 0;
let isPaused = false;
program.onOutput((_, data) => {
  bytes += data.byteLength;
  if (isPaused) {
    whilePaused += data.byteLength;
    most = Math.max(most, whilePaused);
    return;
  }
  isPaused = true;
  whilePaused = 0;
  program.pause();
  setTimeout(() => {
    isPaused = false;
    program.resume();
  }, 5);
});
program.onEnd((end) => {
  console.log(JSON.stringify({ bytes, most, end, typed: readFileSync(notes, "utf8") }));
});
