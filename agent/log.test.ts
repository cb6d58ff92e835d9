import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { probeOnce } from "./apply/probe.ts";
import { runCommand } from "./apply/run-command.ts";
import { verify } from "./apply/verify.ts";
import { childContext } from "./child-context.ts";
import type { AgentDriver } from "./drivers/driver.ts";
import { logToStderr } from "./log.ts";
import type { Verification } from "./settings/supervise.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const words = 'cannot use "pl4nted"\nat line 2: pl4nted';
const context = childContext(null, temporaryFolder());
const shell = (script: string, timeoutMs = 60_000) =>
  runCommand(["sh", "-c", `printf '%s' '${words}'; ${script}`], { ...context, timeoutMs });

async function badAnswer(): Promise<string | null> {
  const http = createServer((_, response) => response.writeHead(500).end(words));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void http.close());
  const { port } = http.address() as AddressInfo;
  return probeOnce({ kind: "http", url: `http://127.0.0.1:${port}/` }, { ...context, timeoutMs: 60_000 });
}

function refusedReload(): Promise<string | null> {
  const driver: Pick<AgentDriver, "condition" | "output" | "onChange"> = {
    condition: () => ({ state: "running", sinceMs: 0 }),
    output: () => words,
    onChange: () => () => {},
  };
  const verification: Verification = {
    probe: { kind: "command", command: ["true"] },
    timeoutMs: 60_000,
    failOnOutput: /cannot/,
  };
  return verify(driver as AgentDriver, verification, context);
}

it.each([
  ["exited with code 3", () => shell("exit 3")],
  ["was ended by SIGTERM", () => shell("kill -TERM $$")],
  ["did not end within 0.5 s", () => shell("sleep 60", 500)],
  ["answered 500", badAnswer],
  ["refused the config", refusedReload],
])("tells that a program %s, and leaves out what it wrote", async (how, happens) => {
  const reason = await happens();
  expect(reason).toContain(words);
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  logToStderr("error", `config abc failed: ${reason}\nand the one before does not work either: ${reason}`);
  const line = String(write.mock.calls[0]?.[0]);
  expect(line).toContain(`${how} (what it wrote is reported`);
  expect(line).not.toMatch(/pl4nted|cannot/);
});
