import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { HostLogs } from "./host-logs.ts";

test("a state folder that takes no logs is told of, and the next order is followed all the same", async () => {
  const stateDir = join(temporaryFolder(), "state");
  // A file where the folder belongs, as a full or read-only disk would: whoever runs the tests may write everywhere else.
  writeFileSync(stateDir, "");
  const lines: string[] = [];
  const logs = new HostLogs({
    settings: { supervise: null },
    stateDir,
    containers: null,
    target: () => ({ endpoint: "ws://127.0.0.1:1/v1/opamp", headers: {} }),
    log: (_, text) => void lines.push(text),
  });
  const order = { enabled: true, sources: ["program"], retentionDays: 7 };
  const told = () => lines.filter((line) => line.startsWith("logs are not shipped: "));
  logs.ship(order);
  await vi.waitFor(() => expect(told()).toHaveLength(1), { timeout: 10_000 });
  logs.ship(order);
  await vi.waitFor(() => expect(told()).toHaveLength(2), { timeout: 10_000 });
  rmSync(stateDir);
  mkdirSync(stateDir);
  logs.ship(order);
  const begun = "the server keeps logs: program";
  await vi.waitFor(() => expect(existsSync(join(stateDir, "logs"))).toBe(true), { timeout: 10_000 });
  await logs.stop();
  expect(told()).toHaveLength(2);
  expect(lines.filter((line) => line === begun)).toHaveLength(3);
});
