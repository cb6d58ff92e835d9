import { totalmem } from "node:os";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { asked, askedOrNull, connectDocker } from "./docker-client.ts";
import { startExec } from "./docker-exec.ts";
import type {
  ContainerDetail,
  ContainerEngine,
  ContainerExec,
  ContainerState,
  ContainerStats,
  ContainerSummary,
  ExecOptions,
  LogLine,
  LogOptions,
} from "./engine.ts";
import { logLines } from "./log-lines.ts";

/** The engine at `address` (`unix:///…`), Docker's or Podman's. It is asked with each call: it may come later. */
export function dockerEngine(address: string): ContainerEngine {
  return new DockerEngine(address);
}

class DockerEngine implements ContainerEngine {
  private readonly address: string;
  private client: Promise<Docker> | null = null;

  constructor(address: string) {
    this.address = address;
  }

  private docker(): Promise<Docker> {
    this.client ??= connectDocker(this.address);
    return this.client;
  }

  async list(labels: Readonly<Record<string, string>> = {}): Promise<ContainerSummary[]> {
    const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const docker = await this.docker();
    const found = await asked(this.address, () =>
      docker.listContainers({ all: true, ...(label.length > 0 && { filters: { label } }) }),
    );
    return found.map((one) => ({
      id: one.Id,
      name: withoutSlash(one.Names[0] ?? one.Id),
      image: one.Image,
      imageId: one.ImageID,
      state: stateOf(one.State),
      createdMs: one.Created * 1000,
      labels: one.Labels ?? {},
    }));
  }

  async inspect(container: string): Promise<ContainerDetail | null> {
    const docker = await this.docker();
    const found = await askedOrNull(this.address, () => docker.getContainer(container).inspect());
    return found && detailOf(found);
  }

  async stats(container: string): Promise<ContainerStats | null> {
    const docker = await this.docker();
    const found = await askedOrNull(this.address, () =>
      docker.getContainer(container).stats({ stream: false, "one-shot": true }),
    );
    return found?.read && timeOf(found.read) !== null ? statsOf(found) : null;
  }

  async *logs(container: string, options: LogOptions): AsyncGenerator<LogLine> {
    const { follow = false, since, until, tail, signal } = options;
    const { tty } = (await this.inspect(container)) ?? { tty: false };
    let source: Readable | undefined;
    const stop = () => source?.destroy();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      source = await this.openLog(container, signal, {
        stdout: true,
        stderr: true,
        timestamps: true,
        follow,
        ...(since !== undefined && { since: secondsOf(since) }),
        ...(until !== undefined && { until: secondsOf(until) }),
        ...(tail !== undefined && { tail }),
      });
      if (!signal?.aborted) yield* logLines(source, tty);
    } catch (error) {
      if (!signal?.aborted) throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      source?.destroy();
    }
  }

  /** The client's own call takes a log that it does not follow into memory as a whole. */
  private async openLog(
    container: string,
    abortSignal: AbortSignal | undefined,
    options: object,
  ): Promise<Readable> {
    const { modem } = await this.docker();
    const asking = {
      path: `/containers/${encodeURIComponent(container)}/logs?`,
      method: "GET",
      isStream: true,
      statusCodes: { 200: true, 404: "no such container", 500: "server error" },
      options,
      ...(abortSignal && { abortSignal }),
    };
    return asked(
      this.address,
      () =>
        new Promise<Readable>((resolve, reject) => {
          modem.dial(asking, (error, answer) => (error ? reject(error) : resolve(answer as Readable)));
        }),
    );
  }

  async exec(container: string, options: ExecOptions): Promise<ContainerExec> {
    return startExec(await this.docker(), this.address, container, options);
  }
}

const withoutSlash = (name: string): string => name.replace(/^\//, "");

/** Podman has words of its own for two of them. */
const podmanStates: Record<string, ContainerState> = { configured: "created", stopped: "exited" };
const states: readonly ContainerState[] = [
  "created",
  "running",
  "paused",
  "restarting",
  "removing",
  "exited",
  "dead",
];

function stateOf(word: string): ContainerState {
  return podmanStates[word] ?? states.find((state) => state === word) ?? "unknown";
}

/** Milliseconds; null for the year 1, which stands for never. */
function timeOf(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) || ms <= 0 ? null : ms;
}

/** The engine's API wants seconds, with nanoseconds behind the point. */
function secondsOf(time: string): string {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) throw new Error(`"${time}" is not a time; write it as 2026-01-31T12:00:00Z`);
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? "";
  return `${Math.floor(ms / 1000)}.${fraction.padEnd(9, "0")}`;
}

function detailOf(found: Docker.ContainerInspectInfo): ContainerDetail {
  const { State: state } = found;
  // While it waits to be started again, Docker calls it running.
  const running = state.Running && !state.Restarting;
  const startedMs = timeOf(state.StartedAt);
  const health = state.Health?.Status;
  return {
    id: found.Id,
    name: withoutSlash(found.Name),
    image: found.Config.Image,
    imageId: found.Image,
    state: stateOf(state.Status),
    createdMs: timeOf(found.Created) ?? 0,
    labels: found.Config.Labels ?? {},
    pid: running && state.Pid > 0 ? state.Pid : null,
    startedMs,
    endedMs: running ? null : timeOf(state.FinishedAt),
    exitCode: running || startedMs === null ? null : state.ExitCode,
    outOfMemory: state.OOMKilled,
    restarts: found.RestartCount ?? 0,
    health: health === "starting" || health === "healthy" || health === "unhealthy" ? health : "none",
    error: state.Error ?? "",
    tty: found.Config.Tty ?? false,
  };
}

function statsOf(found: Docker.ContainerStats): ContainerStats {
  const memory = found.memory_stats;
  const cache = memory.stats?.inactive_file ?? memory.stats?.total_inactive_file ?? 0;
  const networks = found.networks && Object.values(found.networks);
  const disk = (operation: string) => {
    const entries = found.blkio_stats?.io_service_bytes_recursive;
    if (!entries) return null;
    const matching = entries.filter(({ op }) => op.toLowerCase() === operation);
    return matching.reduce((sum, { value }) => sum + value, 0);
  };
  return {
    readMs: Date.parse(found.read),
    cpuNanoseconds: found.cpu_stats?.cpu_usage?.total_usage ?? null,
    memoryBytes: memory.usage === undefined ? null : Math.max(0, memory.usage - cache),
    memoryLimitBytes: memory.limit > 0 && memory.limit < totalmem() ? memory.limit : null,
    networkReceivedBytes: networks?.reduce((sum, one) => sum + one.rx_bytes, 0) ?? null,
    networkSentBytes: networks?.reduce((sum, one) => sum + one.tx_bytes, 0) ?? null,
    diskReadBytes: disk("read"),
    diskWrittenBytes: disk("write"),
    processes: found.pids_stats?.current ?? null,
  };
}
