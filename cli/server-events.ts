/** Reads a stream of server-sent events (WHATWG HTML, section 9.2.6). */

export interface ServerEvent {
  /** The last id that was sent, with this event or before it. */
  id: string | null;
  event: string;
  /** Null: nothing but an id, which says where the stream stands. */
  data: string | null;
}

/** Ends when the stream does; what is left of an event that was not finished is dropped, as the standard says. */
export async function* readServerEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  let id: string | null = null;
  let event = "";
  let data: string[] = [];
  let moved = false;
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    // A lone CR at the end may be the first half of CRLF.
    const whole = rest.endsWith("\r") ? rest.slice(0, -1) : rest;
    const lines = whole.split(/\r\n|\r|\n/);
    const last = lines.pop() ?? "";
    rest = last + rest.slice(whole.length);
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield { id, event: event || "message", data: data.join("\n") };
        else if (moved) yield { id, event: "", data: null };
        event = "";
        data = [];
        moved = false;
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") data.push(value);
      else if (field === "event") event = value;
      else if (field === "id" && !value.includes("\0")) {
        id = value;
        moved = true;
      }
    }
  }
}
