import type { Log } from "../services/context.ts";

/** What may be logged of an error: drizzle puts a query's parameters into its message, and they may be secrets. */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) };
  const frames = error.stack?.split("\n").filter((line) => line.startsWith("    at "));
  return {
    error: `${error.name}: ${error.message.split("\nparams:")[0]}`,
    ...(frames && { stack: frames.join("\n") }),
    ...(error.cause !== undefined && { cause: errorFacts(error.cause) }),
  };
}

/** One JSON object a line, as the platform's logs want it. */
export const consoleLog: Log = {
  error: (message, facts, error) =>
    console.error(
      JSON.stringify({ level: "error", message, ...facts, ...(error !== undefined && errorFacts(error)) }),
    ),
};
