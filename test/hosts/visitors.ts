import { request } from "node:http";

/** Clients that ask without a pause, each request over a connection of its own. */
export class Visitors {
  answered = 0;
  readonly failures: string[] = [];
  readonly #port: number;
  readonly #visits: Promise<void>[];
  #over = false;

  /** `each` clients for every path. */
  constructor(port: number, paths: readonly string[], each = 4) {
    this.#port = port;
    this.#visits = paths.flatMap((path) => Array.from({ length: each }, () => this.#visit(path)));
  }

  async stop(): Promise<{ answered: number; failures: string[] }> {
    this.#over = true;
    await Promise.all(this.#visits);
    return { answered: this.answered, failures: this.failures };
  }

  async #visit(path: string): Promise<void> {
    while (!this.#over) {
      const failure = await this.#ask(path);
      if (failure === null) this.answered++;
      else this.failures.push(`${path}: ${failure}`);
    }
  }

  #ask(path: string): Promise<string | null> {
    return new Promise((resolve) => {
      const asked = request({ host: "127.0.0.1", port: this.#port, path, agent: false, timeout: 10_000 });
      asked.on("error", (error) => resolve(error.message));
      asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
      asked.on("response", (response) => {
        response.on("error", (error) => resolve(error.message));
        response.on("aborted", () => resolve("cut off"));
        response.on("end", () =>
          resolve(response.statusCode === 200 ? null : `status ${response.statusCode}`),
        );
        response.resume();
      });
      asked.end();
    });
  }
}
