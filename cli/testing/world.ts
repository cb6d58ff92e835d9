import { api } from "./api.ts";
import { answerByContract, requestProblems } from "./contract.ts";
import { newHome, type Ran, type RunOptions, runCli } from "./run.ts";
import { type Routes, type Seen, startServer, type TestServer } from "./server.ts";

export interface World {
  home: string;
  server: TestServer;
  /** Change an entry and the server answers by it. */
  routes: Routes;
  /** Runs a command line against the server, with an API key. */
  muster(argv: string[], options?: RunOptions): Promise<Ran>;
  /** The last request to a path that ends so. */
  sent(method: string, tail: string): Seen | undefined;
}

/** A server with every route, which takes only what the API's document allows, and a home folder of its own. */
export async function startWorld(): Promise<World> {
  const home = await newHome();
  const routes = { ...api };
  const server = await startServer(routes, { check: requestProblems, fallback: answerByContract });
  return {
    home,
    server,
    routes,
    muster(argv, options = {}) {
      const env = {
        XDG_CONFIG_HOME: home,
        MUSTER_URL: server.url,
        MUSTER_API_KEY: "mk_test",
        ...options.env,
      };
      return runCli(argv, { cwd: home, ...options, env });
    },
    sent: (method, tail) =>
      server.seen.filter((seen) => seen.method === method && seen.path.endsWith(tail)).at(-1),
  };
}
