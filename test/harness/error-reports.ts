import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export interface ErrorReports {
  dsn: string;
  /** Every report as it came over the network. */
  received: string[];
  stop(): void;
}

/** A server of our own in the place of Sentry's. */
export async function startErrorReports(): Promise<ErrorReports> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      received.push((request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString());
      response.end("{}");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { dsn: `http://public@127.0.0.1:${port}/1`, received, stop: () => server.close() };
}
