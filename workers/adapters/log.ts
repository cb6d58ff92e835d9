import type { Log } from "../services/context.ts";

/** One JSON object a line, as the platform's logs want it. */
export const consoleLog: Log = {
  error: (message, facts) => console.error(JSON.stringify({ level: "error", message, ...facts })),
};
