import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portHolder } from "../../../agent/containers/ports/client.ts";
import { OpampServer } from "../../../agent/testing/opamp-server.ts";
import { musterAgentCapability } from "../../../protocol/custom/agent.ts";
import { CommandType } from "../../../protocol/opamp/opamp_pb.js";
import { agentProgram } from "../../harness/agent-program.ts";
import { until } from "../../harness/until.ts";
import type { ContainerHost } from "./container-host.ts";

/** A real agent where the containers are, and the server that it dials. */
export class HostAgent {
  readonly stateDir = mkdtempSync(join(tmpdir(), "muster-agent-"));
  readonly project: string;
  private readonly host: ContainerHost;
  private readonly server: OpampServer;
  private child: ChildProcess | null = null;
  private offers = 0;
  log = "";

  private constructor(host: ContainerHost, server: OpampServer, project: string) {
    this.host = host;
    this.server = server;
    this.project = project;
  }

  /** `more`: lines below `supervise` of its settings. */
  static async start(host: ContainerHost, project: string, more: readonly string[] = []): Promise<HostAgent> {
    const server = await OpampServer.start();
    const agent = new HostAgent(host, server, project);
    await host.bringIn(Number(new URL(server.endpoint).port));
    const settings = [
      `endpoint: ${server.endpoint}`,
      "token: enrol-me",
      "name: host-1",
      `stateDir: ${agent.stateDir}`,
      "hostMetrics: false",
      "applyBudget: 0",
      "supervise:",
      "  driver: container",
      `  engine: ${host.engine}`,
      `  project: ${project}`,
      "  drainSeconds: 5",
      "  stopGraceSeconds: 2",
      ...more.map((line) => `  ${line}`),
    ];
    writeFileSync(join(agent.stateDir, "agent.yaml"), `${settings.join("\n")}\n`);
    await agent.run();
    return agent;
  }

  async run(): Promise<void> {
    const before = this.server.dials.length;
    const words = [...agentProgram(), "run", "--with-parent", "--config", join(this.stateDir, "agent.yaml")];
    const [program, args] = this.host.inside(words);
    this.child = spawn(program, args, { stdio: ["pipe", "ignore", "pipe"] });
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.log = (this.log + chunk.toString()).slice(-50_000);
    });
    await until("the agent dials", () => {
      if (this.child?.exitCode !== null) throw new Error(`the agent ended: ${this.log}`);
      return this.server.dials.length > before && this.server.connected;
    });
  }

  /** Offers the apps by their names, and waits for what it reports in the end. */
  async give(apps: Record<string, object>): Promise<{ status: string; error: string }> {
    const hash = await this.offer(apps);
    return this.reported(hash);
  }

  async offer(apps: Record<string, object>): Promise<string> {
    await until("the agent is connected", () => this.server.connected && this.server.messages.length > 0);
    const hash = (++this.offers).toString(16).padStart(8, "0");
    const files = Object.entries(apps).map(([name, app]) => [`${name}.json`, JSON.stringify(app, null, 2)]);
    this.server.offer(hash, Object.fromEntries(files));
    return hash;
  }

  async reported(hash: string): Promise<{ status: string; error: string }> {
    try {
      return await until(`the end of ${hash}`, () => {
        const last = this.server.statuses.findLast((one) => one.hash === hash);
        return last && last.status !== "APPLYING" ? { status: last.status, error: last.error } : null;
      });
    } catch (error) {
      throw new Error(`${String(error)}\n${this.log}`);
    }
  }

  /** OpAMP's restart command. */
  restart(): void {
    this.server.send({ command: { type: CommandType.CommandType_Restart } });
  }

  /** The server lets it go, with what it runs. */
  letGo(reason: string): void {
    const data = new TextEncoder().encode(JSON.stringify({ reason, keepRunning: false }));
    this.server.send({ customMessage: { capability: musterAgentCapability, type: "decommission", data } });
  }

  /** What it said of its health, oldest first. */
  get health() {
    return this.server.messages.flatMap(({ health }) => health ?? []);
  }

  /** Of the agent's containers, newest first. */
  async containers() {
    return this.host.docker.listContainers({
      all: true,
      filters: { label: [`io.muster.agent=${this.project}`] },
    });
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    }
    await portHolder(this.stateDir, []).route([]);
    for (const { Id } of await this.containers()) {
      await this.host.docker.getContainer(Id).remove({ force: true, v: true });
    }
    await this.server.stop();
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}
