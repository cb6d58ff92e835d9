import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type Duplex, PassThrough, type Writable } from "node:stream";
import type Docker from "dockerode";
import { asked } from "./docker-client.ts";
import type { ContainerExec, ExecOptions } from "./engine.ts";
import { exitCode, signalExec } from "./exec-signals.ts";
import { framePieces } from "./frames.ts";

/** Starts a command in a running container. `address` is the engine's, for error texts. */
export async function startExec(
  docker: Docker,
  address: string,
  container: string,
  options: ExecOptions,
): Promise<ContainerExec> {
  const tty = options.tty ?? false;
  const mark = `MUSTER_EXEC=${randomUUID()}`;
  const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const exec = await asked(address, () =>
    docker.getContainer(container).exec({
      Cmd: [...options.command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: tty,
      Env: [...env, mark],
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
  const run = async (command: readonly string[]) => {
    const { user } = options;
    const other = await startExec(docker, address, container, {
      command,
      ...(user !== undefined && { user }),
    });
    other.stdin.end();
    other.stdout.resume();
    other.stderr.resume();
    return (await other.exit).code;
  };
  // A quick command may be over already; its size then matters to nobody.
  if (tty && options.size) await resize(options.size).catch(() => {});
  return {
    stdin: connection,
    stdout,
    stderr,
    exit,
    resize: (size) => asked(address, () => resize(size)),
    signal: (name) => signalExec({ address, container, exec, mark, run }, name),
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
