import type { TerminalSize } from "../../protocol/custom/streams.ts";
import type { HostCommand, Program } from "./program.ts";

/** A program with a terminal of its own. Throws when it cannot be started. */
export async function startWithTerminal(command: HostCommand, size: TerminalSize): Promise<Program> {
  const { startPty } = process.versions.bun ? await import("./pty-bun.ts") : await import("./pty-node.ts");
  return startPty(command, size);
}
