import { commandText } from "../../../domain/streams/exec-sessions.ts";
import { streamEndTexts } from "../../../domain/streams/streams.ts";
import type { ExecSession } from "../../../protocol/api/exec.ts";

export const howItEnded = ({ end }: ExecSession): string => {
  if (end === null) return "";
  if (end.exitCode !== null) return `exit code ${end.exitCode}`;
  return end.signal ?? streamEndTexts[end.reason];
};

export const whatItRuns = ({ command, container }: ExecSession): string =>
  `${commandText(command)}${container === null ? "" : ` (in ${container})`}`;
