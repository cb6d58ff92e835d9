export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/**
 * Reads `text/event-stream` in pieces, however they are cut. `onPlace` hears every id, also where no event comes with
 * it: the stream is resumed after the last one.
 */
export function serverEvents(
  onEvent: (event: ServerEvent) => void,
  onPlace: (id: string) => void,
): (piece: string) => void {
  let rest = "";
  let id = "";
  let event = "";
  let data: string[] = [];
  const line = (text: string) => {
    if (text === "") {
      if (id !== "") onPlace(id);
      if (data.length > 0) onEvent({ id, event: event || "message", data: data.join("\n") });
      event = "";
      data = [];
      return;
    }
    const colon = text.indexOf(":");
    const name = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "id") id = value;
    else if (name === "event") event = value;
    else if (name === "data") data.push(value);
  };
  return (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const one of lines) line(one.replace(/\r$/, ""));
  };
}
