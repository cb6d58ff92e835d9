import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { until } from "../test/harness/until.ts";
import { statusText } from "./commands/status.ts";
import { askLocalStatus, type LocalStatus, statusSocket } from "./local-status.ts";
import { filesSettings } from "./testing/greeter-agent.ts";
import { startAgent, startServer } from "./testing/start.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 60_000 });

describe("an agent's local status", () => {
  it("tells how it is, to its own user only", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    await startAgent(settings);
    const status = await until("an open connection", async () => {
      const now = await askLocalStatus(settings.stateDir);
      return now?.connection.open ? now : null;
    });
    expect(status).toMatchObject({
      pid: process.pid,
      name: "web-1",
      labels: { role: "web" },
      endpoint: server.endpoint,
      connection: { problem: null },
      enrolled: false,
      config: { lastGood: null, applying: null },
    });
    expect(JSON.stringify(status)).not.toContain("enrol-me");
    expect(statSync(statusSocket(settings.stateDir)).mode & 0o777).toBe(0o600);
  });

  it("says why there is no connection", async () => {
    const server = await startServer();
    server.refuse = () => ({ status: 401 });
    const settings = filesSettings(server.endpoint, temporaryFolder());
    await startAgent(settings);
    const problem = await until(
      "a refusal",
      async () => (await askLocalStatus(settings.stateDir))?.connection.problem,
    );
    expect(problem).toContain("refused the credential (401)");
  });

  it("says that it was decommissioned, and what for", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    const first = await startAgent(settings);
    expect(await askLocalStatus(settings.stateDir)).toMatchObject({ retired: null, supervises: false });
    await first.stop();
    const path = join(settings.stateDir, "state.json");
    const tokenHash = createHash("sha256").update("enrol-me").digest("hex");
    const retired = { reason: "machine sold", tokenHash, stopped: true };
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), retired }));
    await startAgent(settings);
    const status = await askLocalStatus(settings.stateDir);
    expect(status?.retired).toEqual({ reason: "machine sold", stopped: true });
    const text = statusText(status as LocalStatus);
    expect(text).toMatch(/^connection +none: it was decommissioned \(machine sold\) and dials no more;/m);
    expect(text).toMatch(/^credential +none any more$/m);
    const idle = { ...(status as LocalStatus), retired: null, supervises: true };
    expect(statusText(idle)).toMatch(/^program +waits for its first config from Muster/m);
  });

  it("takes nothing from whoever connects", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    await startAgent(settings);
    const socket = connect(statusSocket(settings.stateDir));
    let answer = "";
    socket.on("data", (part) => {
      answer += part.toString();
    });
    socket.on("error", () => {});
    socket.write("x".repeat(1_000_000));
    await new Promise((resolve) => socket.once("close", resolve));
    expect(JSON.parse(answer)).toMatchObject({ name: "web-1" });
    expect(await askLocalStatus(settings.stateDir)).toMatchObject({ name: "web-1" });
  });

  it("is gone with the agent, and a socket that was left is taken over", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    const path = statusSocket(settings.stateDir);
    expect(await askLocalStatus(settings.stateDir)).toBeNull();
    writeFileSync(path, "");
    const agent = await startAgent(settings);
    await until("an answer", () => askLocalStatus(settings.stateDir));
    await agent.stop();
    expect(existsSync(path)).toBe(false);
    expect(await askLocalStatus(settings.stateDir)).toBeNull();
  });

  it("names what answers but is no agent", async () => {
    const folder = temporaryFolder();
    const other = createServer((socket) => socket.end("hello\n")).listen(join(folder, "agent.sock"));
    await expect(askLocalStatus(folder)).rejects.toThrow("no agent of this version");
    other.close();
  });
});
