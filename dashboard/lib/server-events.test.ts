import { expect, it } from "vitest";
import { type ServerEvent, serverEvents } from "./server-events.ts";

const text = `: hello\nid: 4\nretry: 2000\n\nid: 5\nevent: audit\ndata: {"a":1}\n\nid: 6\r\nevent: audit\r\ndata: one\r\ndata: two\r\n\r\nid: 7\n\ndata: cut`;

function read(pieces: string[]) {
  const events: ServerEvent[] = [];
  const places: string[] = [];
  const feed = serverEvents(
    (event) => events.push(event),
    (place) => places.push(place),
  );
  for (const piece of pieces) feed(piece);
  return { events, places };
}

const wanted = {
  events: [
    { id: "5", event: "audit", data: '{"a":1}' },
    { id: "6", event: "audit", data: "one\ntwo" },
  ],
  places: ["4", "5", "6", "7"],
};

it("reads events and places", () => {
  expect(read([text])).toEqual(wanted);
});

it("reads them the same however the text is cut", () => {
  for (let size = 1; size < 9; size++) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    expect(read(pieces)).toEqual(wanted);
  }
});
