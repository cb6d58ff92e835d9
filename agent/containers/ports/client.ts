import { spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { textLines } from "../text-lines.ts";
import {
  type HolderAnswer,
  type HolderRequest,
  holderAnswer,
  holderSocketName,
  type Route,
} from "./table.ts";

/** How long a new holder may take until it answers. */
const startMs = 15_000;
const answerMs = 15_000;
/** The kernel's limit of a socket's path, less its end. */
const longestPath = 107;

/** What the container driver asks of the process that holds its ports. */
export interface PortHolder {
  /** All routes from now on. Throws, with nothing changed, when one of them cannot be listened on. */
  route(routes: readonly Route[]): Promise<void>;
  /** Open connections to a port of loopback. */
  connectionsTo(port: number): Promise<number>;
  /** Routes that are held now; null = there is no holder. */
  held(): Promise<readonly Route[] | null>;
}

/** `command` starts a holder for `stateDir`; it is started when there is something to hold, and ends itself. */
export function portHolder(stateDir: string, command: readonly string[]): PortHolder {
  const path = join(stateDir, holderSocketName);
  const ask = (request: HolderRequest) => askHolder(path, request);
  return {
    async route(routes) {
      if (Buffer.byteLength(path) > longestPath) {
        throw new Error(
          `the state folder's path is too long for a socket: ${path}; ${longestPath} bytes at most`,
        );
      }
      if (routes.length === 0) {
        await ask({ do: "end" });
        return;
      }
      let answer = await ask({ do: "route", routes: [...routes] });
      if (!answer) {
        startHolder(command);
        const deadline = Date.now() + startMs;
        while (!answer && Date.now() < deadline) {
          await sleep(50);
          answer = await ask({ do: "route", routes: [...routes] });
        }
      }
      if (!answer) throw new Error("the process that holds the ports of this host does not start");
      if (answer.error) throw new Error(answer.error);
    },
    async connectionsTo(port) {
      return (await ask({ do: "status" }))?.connections[String(port)] ?? 0;
    },
    async held() {
      return (await ask({ do: "status" }))?.routes ?? null;
    },
  };
}

/** In a session of its own, so that it outlives the agent; without the agent's environment, which may hold a token. */
function startHolder([program = "", ...args]: readonly string[]): void {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(program, args, { detached: true, stdio: "ignore", cwd: "/", env: { PATH, HOME } });
  child.on("error", () => {});
  child.unref();
}

/** null = nobody answers. */
async function askHolder(path: string, request: HolderRequest): Promise<HolderAnswer | null> {
  const socket = connect(path);
  const late = setTimeout(() => socket.destroy(), answerMs);
  socket.write(`${JSON.stringify(request)}\n`);
  try {
    for await (const line of textLines(socket)) return holderAnswer.parse(JSON.parse(line));
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined && !socket.destroyed) throw error;
    return null;
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}
