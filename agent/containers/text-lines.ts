import type { Readable } from "node:stream";

/** Longer lines are an error: what is read so is the agent's own, or an engine's. */
const maxChars = 4 * 1024 * 1024;

/** The lines of a stream, without their ends. Throws when the stream breaks. */
export async function* textLines(source: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of source as AsyncIterable<Buffer>) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
    if (rest.length > maxChars) throw new Error(`a line has more than ${maxChars} characters`);
  }
  if (rest.trim() !== "") yield rest;
}
