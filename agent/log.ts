import { writeSync } from "node:fs";
import { OutputFile } from "./drivers/output-file.ts";
import { withoutOutput } from "./program-words.ts";

type LogLevel = "info" | "warn" | "error";
export type Log = (level: LogLevel, message: string) => void;

const line = (level: LogLevel, message: string) =>
  `${new Date().toISOString()} ${level.padEnd(5)} ${withoutOutput(message)}\n`;

/** A message on standard error: time, level, text, without what programs wrote. */
export const logToStderr: Log = (level, message) => {
  process.stderr.write(line(level, message));
};

/** The same in a file that stays bounded. */
export function logToFile(path: string): Log {
  const file = new OutputFile(path).open();
  return (level, message) => void writeSync(file, line(level, message));
}
