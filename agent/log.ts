import { withoutOutput } from "./program-words.ts";

type LogLevel = "info" | "warn" | "error";
export type Log = (level: LogLevel, message: string) => void;

/** A message on standard error: time, level, text, without what programs wrote. */
export const logToStderr: Log = (level, message) => {
  process.stderr.write(`${new Date().toISOString()} ${level.padEnd(5)} ${withoutOutput(message)}\n`);
};
