import { chmodSync, existsSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { textLines } from "../text-lines.ts";
import { Listeners } from "./listeners.ts";
import { type HolderAnswer, holderRequest, holderSocketName } from "./table.ts";

/** How often it looks whether its folder is still there. */
const lookMs = 2_000;

export interface Holder {
  /** Resolves when it is told to end, when it has nothing to hold any more, or when its folder is gone. */
  ended: Promise<void>;
  end(): void;
}

/**
 * Holds ports of the host for an agent, in a process that outlives it, and takes orders over a socket in `stateDir`.
 * Throws when another one holds for that folder.
 */
export async function holdPorts(stateDir: string): Promise<Holder> {
  const path = join(stateDir, holderSocketName);
  if (await answers(path)) throw new Error(`the ports of ${stateDir} are held already`);
  rmSync(path, { force: true });
  const listeners = new Listeners();
  const ended = Promise.withResolvers<void>();
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.once("close", () => clients.delete(client));
    // Who gives orders may go in the middle of one.
    serve(client, listeners, () => end()).catch(() => client.destroy());
  });
  const look = setInterval(() => {
    if (!existsSync(path)) end();
  }, lookMs);
  const end = () => {
    clearInterval(look);
    listeners.close();
    server.close();
    for (const client of clients) client.destroy();
    rmSync(path, { force: true });
    ended.resolve();
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return { ended: ended.promise, end };
}

async function serve(client: Socket, listeners: Listeners, end: () => void): Promise<void> {
  for await (const line of textLines(client)) {
    const { answer, over } = await obey(listeners, line);
    client.write(`${JSON.stringify(answer)}\n`, () => {
      if (over) end();
    });
  }
}

async function obey(listeners: Listeners, line: string): Promise<{ answer: HolderAnswer; over: boolean }> {
  let error: string | null = null;
  let over = false;
  try {
    const request = holderRequest.parse(JSON.parse(line));
    if (request.do === "route") await listeners.set(request.routes);
    over = request.do === "end";
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  return { answer: { error, routes: listeners.routes, connections: listeners.connections }, over };
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
