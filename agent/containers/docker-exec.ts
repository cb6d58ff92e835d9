import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type Duplex, PassThrough, type Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { asked } from "./docker-client.ts";
import type { ContainerExec, ExecOptions } from "./engine.ts";
import { framePieces } from "./frames.ts";

/** After its output has ended a command may need a moment until the engine knows its exit code. */
const endLooks = { times: 50, everyMs: 100 };

/** Starts a command in a running container. `address` is the engine's, for error texts. */
export async function startExec(
  docker: Docker,
  address: string,
  container: string,
  options: ExecOptions,
): Promise<ContainerExec> {
  const tty = options.tty ?? false;
  const exec = await asked(address, () =>
    docker.getContainer(container).exec({
      Cmd: [...options.command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: tty,
      Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
      ...(options.user !== undefined && { User: options.user }),
      ...(options.cwd !== undefined && { WorkingDir: options.cwd }),
    }),
  );
  const connection: Duplex = await asked(address, () => exec.start({ hijack: true, stdin: true, Tty: tty }));
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const resize = async ({ cols, rows }: { cols: number; rows: number }) => {
    try {
      await exec.resize({ w: cols, h: rows });
    } catch (error) {
      // Podman says "created" where Docker says "ok".
      if ((error as { statusCode?: number }).statusCode !== 201) throw error;
    }
  };
  const exit = handOver(connection, tty, stdout, stderr)
    .finally(() => {
      stdout.end();
      stderr.end();
    })
    .then(() => exitCode(exec));
  // A quick command may be over already; its size then matters to nobody.
  if (tty && options.size) await resize(options.size).catch(() => {});
  return {
    stdin: connection,
    stdout,
    stderr,
    exit,
    resize: (size) => asked(address, () => resize(size)),
    signal: (name) => signalExec(exec, name),
    close: () => connection.destroy(),
  };
}

/** To the end of what the command writes. A connection that breaks ends it too: the exit code tells the rest. */
async function handOver(
  connection: Duplex,
  tty: boolean,
  stdout: PassThrough,
  stderr: PassThrough,
): Promise<void> {
  try {
    if (tty) {
      for await (const chunk of connection as AsyncIterable<Buffer>) await writeTo(stdout, chunk);
    } else {
      for await (const { stream, bytes } of framePieces(connection)) {
        await writeTo(stream === "stdout" ? stdout : stderr, bytes);
      }
    }
  } catch (error) {
    if (!connection.destroyed) throw error;
  }
}

async function writeTo(target: Writable, bytes: Buffer): Promise<void> {
  if (!target.write(bytes)) await once(target, "drain");
}

async function exitCode(exec: Docker.Exec): Promise<{ code: number | null }> {
  for (let look = 0; look < endLooks.times; look++) {
    try {
      const { Running, ExitCode } = await exec.inspect();
      if (!Running) return { code: ExitCode };
    } catch {
      // The container went, and its commands with it.
      return { code: null };
    }
    await sleep(endLooks.everyMs);
  }
  return { code: null };
}

async function signalExec(exec: Docker.Exec, name: NodeJS.Signals): Promise<boolean> {
  try {
    const { Running, Pid, ContainerID } = await exec.inspect();
    // An agent that does not share the engine's process numbers would hit somebody else.
    if (!Running || Pid <= 1 || !readFileSync(`/proc/${Pid}/cgroup`, "utf8").includes(ContainerID)) {
      return false;
    }
    return process.kill(Pid, name);
  } catch {
    return false;
  }
}
