type LogLevel = "info" | "warn" | "error";
export type Log = (level: LogLevel, message: string) => void;

/** One line a message on standard error: time, level, text. */
export const logToStderr: Log = (level, message) => {
  process.stderr.write(`${new Date().toISOString()} ${level.padEnd(5)} ${message}\n`);
};
