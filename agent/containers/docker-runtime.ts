import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { asked, askedOrNull, connectDocker } from "./docker-client.ts";
import { EngineError } from "./engine.ts";
import { followPull } from "./pull.ts";
import type { ContainerRuntime, LocalImage, PullOptions } from "./runtime.ts";
import { type ContainerSpec, label } from "./spec.ts";

const loopback = "127.0.0.1";
/** An engine keeps all that a container writes unless it is told otherwise. */
const logConfig = { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } };
/** Over the grace, for an engine that is slow to kill. */
const stopExtraMs = 20_000;

export async function dockerRuntime(address: string): Promise<ContainerRuntime> {
  return new DockerRuntime(await connectDocker(address), address);
}

class DockerRuntime implements ContainerRuntime {
  private readonly docker: Docker;
  private readonly address: string;

  constructor(docker: Docker, address: string) {
    this.docker = docker;
    this.address = address;
  }

  async describe(): Promise<string> {
    const version = await asked(this.address, () => this.docker.version());
    const podman = version.Components?.some(({ Name }) => Name.startsWith("Podman"));
    return `${podman ? "Podman" : "Docker"} ${version.Version}`;
  }

  async image(reference: string): Promise<LocalImage | null> {
    const found = await askedOrNull(this.address, () => this.docker.getImage(reference).inspect());
    const test = (found?.Config as { Healthcheck?: { Test?: string[] } } | undefined)?.Healthcheck?.Test;
    return found && { id: found.Id, checksHealth: test !== undefined && test[0] !== "NONE" };
  }

  async pull(reference: string, options: PullOptions): Promise<void> {
    const { idleMs, login, onProgress, signal, timeoutMs } = options;
    const over = new AbortController();
    const stop = () => over.abort(new EngineError("the agent stops", null));
    const late = (ms: number, words: string) =>
      setTimeout(() => over.abort(new EngineError(`${words} within ${ms / 1000} s`, null)), ms);
    const whole = late(timeoutMs, "it was not pulled");
    const idle = late(idleMs, "the registry sent nothing");
    signal.addEventListener("abort", stop, { once: true });
    try {
      if (signal.aborted) stop();
      over.signal.throwIfAborted();
      const answer = await asked(
        this.address,
        () =>
          this.docker.pull(reference, {
            abortSignal: over.signal,
            ...(login && {
              authconfig: {
                username: login.username,
                password: login.password,
                serveraddress: login.registry,
              },
            }),
          }),
        timeoutMs,
      );
      // The client answers a response of node:http.
      await followPull(answer as Readable, onProgress, () => idle.refresh());
    } catch (error) {
      throw over.signal.aborted ? over.signal.reason : error;
    } finally {
      clearTimeout(whole);
      clearTimeout(idle);
      signal.removeEventListener("abort", stop);
    }
  }

  async removeImage(reference: string): Promise<boolean> {
    try {
      await askedOrNull(this.address, () => this.docker.getImage(reference).remove());
      return true;
    } catch (error) {
      if (error instanceof EngineError && error.status === 409) return false;
      throw error;
    }
  }

  async create(
    spec: ContainerSpec,
    reach: ReadonlyMap<number, number>,
    stopGraceMs: number,
  ): Promise<string> {
    const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
    for (const [port, at] of reach) bindings[`${port}/tcp`] = [{ HostIp: loopback, HostPort: String(at) }];
    for (const { container, host, address } of spec.bound) {
      const key = `${container}/udp`;
      bindings[key] = [...(bindings[key] ?? []), { HostIp: address, HostPort: String(host) }];
    }
    const restart = { always: "unless-stopped", "on-failure": "on-failure", never: "no" }[spec.restart];
    const container = await asked(this.address, () =>
      this.docker.createContainer({
        name: spec.name,
        Image: spec.image,
        ...(spec.command && { Cmd: [...spec.command] }),
        Env: [...spec.env],
        Labels: { ...spec.labels },
        ExposedPorts: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
        StopTimeout: Math.ceil(stopGraceMs / 1000),
        HostConfig: {
          // Without one the program is process 1, which ignores SIGTERM unless it handles it.
          Init: true,
          NetworkMode: spec.network,
          PortBindings: bindings,
          RestartPolicy: { Name: restart },
          LogConfig: logConfig,
          Mounts: spec.mounts.map(({ volume, path, readOnly }) => ({
            Type: "volume" as const,
            Source: volume,
            Target: path,
            ReadOnly: readOnly,
          })),
          // The same number for both means: no swap besides.
          ...(spec.memoryBytes !== null && { Memory: spec.memoryBytes, MemorySwap: spec.memoryBytes }),
          ...(spec.cpus !== null && { NanoCpus: Math.round(spec.cpus * 1e9) }),
        },
        NetworkingConfig: { EndpointsConfig: { [spec.network]: { Aliases: [spec.process] } } },
      }),
    );
    try {
      if (spec.files.length > 0) await this.putFiles(container, spec.files);
    } catch (error) {
      await this.remove(container.id).catch(() => {});
      throw error;
    }
    return container.id;
  }

  /** Into the container itself, so that they go with it; for every user in it to read, as nobody else gets there. */
  private async putFiles(container: Docker.Container, files: ContainerSpec["files"]): Promise<void> {
    const archive = pack();
    for (const { path, content } of files) archive.entry({ name: path.slice(1), mode: 0o444 }, content);
    archive.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
    await asked(this.address, () => container.putArchive(Buffer.concat(chunks), { path: "/" }));
  }

  async start(id: string): Promise<void> {
    await asked(this.address, () => this.docker.getContainer(id).start()).catch(unless(304));
  }

  async stop(id: string, graceMs: number): Promise<void> {
    const seconds = Math.ceil(graceMs / 1000);
    const withinMs = graceMs + stopExtraMs;
    await asked(this.address, () => this.docker.getContainer(id).stop({ t: seconds }), withinMs).catch(
      unless(304, 404),
    );
  }

  async remove(id: string): Promise<void> {
    await asked(this.address, () => this.docker.getContainer(id).remove({ force: true, v: true })).catch(
      unless(404),
    );
  }

  async reach(id: string): Promise<Map<number, number>> {
    const found = await askedOrNull(this.address, () => this.docker.getContainer(id).inspect());
    const bindings = (found?.HostConfig.PortBindings ?? {}) as Record<
      string,
      { HostIp?: string; HostPort?: string }[] | null
    >;
    return new Map(
      Object.entries(bindings).flatMap(([key, places]) => {
        const at = places?.find(({ HostIp }) => HostIp === loopback);
        return key.endsWith("/tcp") && at ? [[Number.parseInt(key, 10), Number(at.HostPort)] as const] : [];
      }),
    );
  }

  async ensureNetwork(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const found = await askedOrNull(this.address, () => this.docker.getNetwork(name).inspect());
    if (found) return mustOwn("network", name, found.Labels, labels);
    await asked(this.address, () =>
      this.docker.createNetwork({ Name: name, Driver: "bridge", Labels: { ...labels } }),
    );
  }

  async removeNetworks(labels: Readonly<Record<string, string>>, keep: ReadonlySet<string>): Promise<void> {
    const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const found = await asked(this.address, () => this.docker.listNetworks({ filters: { label } }));
    for (const { Name } of found.filter((one) => !keep.has(one.Name))) {
      await askedOrNull(this.address, () => this.docker.getNetwork(Name).remove());
    }
  }

  async ensureVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const found = await askedOrNull(this.address, () => this.docker.getVolume(name).inspect());
    if (found) return mustOwn("volume", name, found.Labels, labels);
    await asked(this.address, () => this.docker.createVolume({ Name: name, Labels: { ...labels } }));
  }
}

function mustOwn(
  what: string,
  name: string,
  found: Readonly<Record<string, string>> | null | undefined,
  labels: Readonly<Record<string, string>>,
): void {
  if (found?.[label.agent] === labels[label.agent]) return;
  const owner = found?.[label.agent];
  throw new EngineError(
    `the ${what} ${name} is there already and belongs to ${owner ? `the agent "${owner}"` : "somebody else"}; give this agent a supervise.project of its own, or remove the ${what}`,
    409,
  );
}

/** Passes over what says that there is nothing to do. */
const unless =
  (...statuses: number[]) =>
  (error: unknown): void => {
    if (!(error instanceof EngineError) || error.status === null || !statuses.includes(error.status)) {
      throw error;
    }
  };
