import { expect, test, vi } from "vitest";
import type { ControlMessage } from "../../protocol/custom/streams.ts";
import { defaultLogSettings } from "../settings/logs.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { LogCatalog } from "./catalog.ts";
import { logStreams } from "./log-server.ts";

test("reads once, however often the other side says that it is ready", async () => {
  const catalog = new LogCatalog({
    settings: { ...defaultLogSettings, files: [`${temporaryFolder()}/*.log`] },
    program: null,
    containers: null,
    pollMs: 5,
  });
  const list = vi.spyOn(catalog, "list");
  const told: ControlMessage[] = [];
  const link = {
    data: () => {},
    control: (message: ControlMessage) => void told.push(message),
    close: () => {},
  };
  const spec = {
    sources: [],
    sinceMs: null,
    untilMs: null,
    text: null,
    ignoreCase: false,
    lines: null,
    follow: false,
    cursors: {},
  };
  const open = { spec } as unknown as Parameters<ReturnType<typeof logStreams>>[0];
  const server = await logStreams(catalog)(open, link as never);
  for (let n = 0; n < 5; n++) server.onControl({ type: "ready", resumed: false, received: 0 });
  server.onControl({ type: "credit", bytes: 100_000 });
  await vi.waitFor(() => expect(told.some(({ type }) => type === "exit")).toBe(true));
  expect(list).toHaveBeenCalledTimes(1);
  await server.stop();
});
