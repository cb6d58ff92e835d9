/** A viewer whose connection breaks, with a stream that a test holds in its hands. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { controlFrame, dataFrame } from "../../protocol/custom/stream-frames.ts";
import { type ControlMessage, channels } from "../../protocol/custom/streams.ts";
import { Viewer } from "./viewer.ts";

test("what was on its way when the viewer came back is used once", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const dials: string[] = [];
  server.on("connection", (socket: WebSocket, { url = "" }) => {
    dials.push(url);
    const tell = (message: ControlMessage) => socket.send(controlFrame(message));
    const write = (text: string) => socket.send(dataFrame(channels.stdout, Buffer.from(text)));
    const again = dials.length > 1;
    // The agent wrote it before it heard that the viewer is back.
    if (again) write("three ");
    tell({ type: "ready", resumed: again, received: 0 });
    if (!again) {
      write("one ");
      socket.close(3001);
      return;
    }
    write("two three ");
    tell({ type: "exit", code: 0, signal: null, reason: "exited" });
    socket.close(4000);
  });
  const ticket = {
    streamId: "str_01JD0000000000000000000000" as const,
    path: "/stream",
    ticket: "let-me-in",
    expiresAt: "2026-12-01T00:00:00Z",
  };
  let text = "";
  const viewer = new Viewer({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ticket,
    renew: async () => ticket,
    onData: async (_, data) => {
      text += Buffer.from(data).toString("utf8");
    },
    onControl: () => {},
    onLost: () => {},
  });
  expect(await viewer.run()).toMatchObject({ code: 0, reason: "exited" });
  expect([text, dials]).toEqual(["one two three ", ["/stream", "/stream?received=4"]]);
});
