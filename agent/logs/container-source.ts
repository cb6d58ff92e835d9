import { maxLineChars } from "../../domain/logs/logs.ts";
import { type ContainerEngine, EngineError, type LogLine } from "../containers/engine.ts";
import { type LogSource, type ReadRequest, SourceError, type SourceEvent } from "./source.ts";
import { tellingQuiet } from "./telling-quiet.ts";

/** A container's log. Its cursor is the time of a line, and how many lines of that very time were told. */
export function containerSource(
  name: string,
  container: string,
  title: string,
  engine: () => Promise<ContainerEngine>,
): LogSource {
  return { name, title, read: (request) => read(container, engine, request) };
}

async function* read(
  container: string,
  engine: () => Promise<ContainerEngine>,
  { cursor, lines, sinceMs, follow, signal }: ReadRequest,
): AsyncGenerator<SourceEvent> {
  const from = cursor === null ? null : readCursor(cursor);
  const since = from?.timestamp ?? (sinceMs === null ? undefined : new Date(sinceMs).toISOString());
  let told = { timestamp: from?.timestamp ?? "", count: 0 };
  let toSkip = from?.count ?? 0;
  try {
    const log = (await engine()).logs(container, {
      follow,
      signal,
      ...(since !== undefined && { since }),
      ...(from === null && lines !== null && { tail: lines }),
    });
    for await (const event of tellingQuiet(log, follow)) {
      if (event === "quiet") {
        yield { kind: "current", cursor: null };
        continue;
      }
      const { value } = event;
      // Engines may count a time in whole seconds: what is older was told already.
      if (from && value.timestamp < from.timestamp) continue;
      const again = from !== null && value.timestamp === from.timestamp;
      told = { timestamp: value.timestamp, count: told.timestamp === value.timestamp ? told.count + 1 : 1 };
      if (again && toSkip > 0) {
        toSkip--;
        continue;
      }
      yield { kind: "line", line: lineOf(value, told) };
    }
  } catch (error) {
    if (error instanceof EngineError) throw new SourceError(error.message);
    throw error;
  }
}

const lineOf = (
  { timeMs, stream, text }: LogLine,
  { timestamp, count }: { timestamp: string; count: number },
) => ({
  timeMs,
  stream,
  text: text.slice(0, maxLineChars),
  cursor: `${timestamp}#${count}`,
});

function readCursor(text: string): { timestamp: string; count: number } {
  const match = /^([0-9TZ:.+-]{20,40})#(\d{1,9})$/.exec(text);
  if (!match) throw new SourceError(`"${text}" is no place in the log of a container`);
  return { timestamp: match[1] ?? "", count: Number(match[2]) };
}
