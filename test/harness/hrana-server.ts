/**
 * A libSQL server as far as the wire goes: Hrana 2 over HTTP (JSON), in front of an embedded libSQL. It is a double
 * of the protocol only; the SQL engine is the real one.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Client, createClient, type InArgs, type ResultSet, type Transaction } from "@libsql/client";

type Value =
  | { type: "null" }
  | { type: "integer"; value: string }
  | { type: "float"; value: number }
  | { type: "text"; value: string }
  | { type: "blob"; base64: string };

interface Stmt {
  sql?: string;
  /** Of a text that was stored earlier in the same stream. */
  sql_id?: number;
  args?: Value[];
}

type Stored = Map<number, string>;

type Condition =
  | { type: "ok" | "error"; step: number }
  | { type: "not"; cond: Condition }
  | { type: "and" | "or"; conds: Condition[] }
  | { type: "is_autocommit" };

type StreamRequest =
  | { type: "execute"; stmt: Stmt }
  | { type: "batch"; batch: { steps: { condition?: Condition; stmt: Stmt }[] } }
  | { type: "store_sql"; sql_id: number; sql: string }
  | { type: "close_sql"; sql_id: number }
  | { type: "close" };

export interface HranaServer {
  url: string;
  /** The embedded database itself. */
  client: Client;
  /** Requests with another token are refused. */
  authToken: string;
  stop(): Promise<void>;
}

function decode(value: Value): string | number | bigint | Uint8Array | null {
  switch (value.type) {
    case "null":
      return null;
    case "integer":
      return BigInt(value.value);
    case "blob":
      return Buffer.from(value.base64, "base64");
    default:
      return value.value;
  }
}

function encode(value: unknown): Value {
  if (value === null || value === undefined) return { type: "null" };
  if (typeof value === "bigint") return { type: "integer", value: String(value) };
  if (typeof value === "number") {
    return Number.isInteger(value) ? { type: "integer", value: String(value) } : { type: "float", value };
  }
  if (typeof value === "string") return { type: "text", value };
  return { type: "blob", base64: Buffer.from(value as Uint8Array).toString("base64") };
}

const describe = (result: ResultSet) => ({
  cols: result.columns.map((name, i) => ({ name, decltype: result.columnTypes[i] || null })),
  rows: result.rows.map((row) => result.columns.map((_, i) => encode(row[i]))),
  affected_row_count: result.rowsAffected,
  last_insert_rowid: result.lastInsertRowid === undefined ? null : String(result.lastInsertRowid),
});

const failure = (error: unknown) => ({
  message: error instanceof Error ? error.message : String(error),
  code: (error as { code?: string }).code ?? null,
});

function statementOf({ sql, sql_id, args }: Stmt, stored: Stored) {
  const text = sql ?? stored.get(sql_id ?? -1);
  if (text === undefined) throw new Error(`no SQL text is stored as ${sql_id}`);
  return { sql: text, args: (args ?? []).map(decode) as InArgs };
}

async function runBatch(client: Client, stored: Stored, steps: { condition?: Condition; stmt: Stmt }[]) {
  let transaction: Transaction | null = null;
  const results: (ReturnType<typeof describe> | null)[] = [];
  const errors: (ReturnType<typeof failure> | null)[] = [];
  const holds = (condition: Condition): boolean => {
    switch (condition.type) {
      case "ok":
        return results[condition.step] != null;
      case "error":
        return errors[condition.step] != null;
      case "not":
        return !holds(condition.cond);
      case "and":
        return condition.conds.every(holds);
      case "or":
        return condition.conds.some(holds);
      case "is_autocommit":
        return transaction === null;
    }
  };
  const empty = { cols: [], rows: [], affected_row_count: 0, last_insert_rowid: null };
  const run = async (stmt: Stmt) => {
    const statement = statementOf(stmt, stored);
    const verb = statement.sql.trim().split(/\s+/)[0]?.toUpperCase();
    if (verb === "BEGIN") {
      transaction = await client.transaction("write");
      return empty;
    }
    if (verb === "COMMIT" || verb === "ROLLBACK") {
      await (verb === "COMMIT" ? transaction?.commit() : transaction?.rollback());
      transaction = null;
      return empty;
    }
    return describe(await (transaction ?? client).execute(statement));
  };
  for (const [i, { condition, stmt }] of steps.entries()) {
    results[i] = null;
    errors[i] = null;
    if (condition && !holds(condition)) continue;
    try {
      results[i] = await run(stmt);
    } catch (error) {
      errors[i] = failure(error);
    }
  }
  return { step_results: results, step_errors: errors };
}

async function answer(client: Client, stored: Stored, request: StreamRequest) {
  try {
    switch (request.type) {
      case "close":
        return { type: "ok", response: { type: "close" } };
      case "store_sql":
        stored.set(request.sql_id, request.sql);
        return { type: "ok", response: { type: "store_sql" } };
      case "close_sql":
        stored.delete(request.sql_id);
        return { type: "ok", response: { type: "close_sql" } };
      case "execute": {
        const result = describe(await client.execute(statementOf(request.stmt, stored)));
        return { type: "ok", response: { type: "execute", result } };
      }
      case "batch":
        return {
          type: "ok",
          response: { type: "batch", result: await runBatch(client, stored, request.batch.steps) },
        };
    }
  } catch (error) {
    return { type: "error", error: failure(error) };
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** `file` is the database file that stands behind it. Without `port`, any free one. */
export async function startHranaServer(file: string, port = 0): Promise<HranaServer> {
  const client = createClient({ url: `file:${file}` });
  const authToken = "hrana-test-token";
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${authToken}`) {
      response.writeHead(401).end();
      return;
    }
    if (request.method !== "POST" || request.url !== "/v2/pipeline") {
      response.writeHead(request.url === "/v2" ? 200 : 404).end();
      return;
    }
    const { requests } = JSON.parse(await readText(request)) as { requests: StreamRequest[] };
    const results = [];
    const stored: Stored = new Map();
    for (const one of requests) results.push(await answer(client, stored, one));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ baton: null, base_url: null, results }));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    client,
    authToken,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      client.close();
    },
  };
}
