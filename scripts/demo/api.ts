import { randomUUID } from "node:crypto";
import type { Problem } from "../../protocol/api/shared.ts";

export class ApiProblem extends Error {
  readonly status: number;
  constructor(status: number, method: string, path: string, problem: Partial<Problem>) {
    super(
      `${method} ${path} was answered ${status}: ${problem.detail ?? problem.title ?? "no reason given"}` +
        (problem.errors?.map((one) => `\n  ${one.path}: ${one.message}`).join("") ?? ""),
    );
    this.name = "ApiProblem";
    this.status = status;
  }
}

export interface DemoApi {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/** The public API, as any customer's script uses it. */
export function demoApi(url: string, credential?: string): DemoApi {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(credential ? { authorization: `Bearer ${credential}` } : {}),
        ...(body === undefined
          ? {}
          : { "content-type": "application/json", "idempotency-key": randomUUID() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
      throw new ApiProblem(response.status, method, path, problem);
    }
    return (await response.json()) as T;
  };
  return {
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
  };
}
