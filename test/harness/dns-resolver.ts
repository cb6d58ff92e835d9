/** A resolver that answers `application/dns-json`: TXT records as the test has set them, and no address at all. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface TestResolver {
  url: string;
  /** By name. */
  texts: Map<string, string[]>;
  close(): void;
}

export async function startResolver(): Promise<TestResolver> {
  const texts = new Map<string, string[]>();
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? "", "http://resolver").searchParams;
    const found = query.get("type") === "TXT" ? (texts.get(query.get("name") ?? "") ?? []) : [];
    response.setHeader("content-type", "application/dns-json");
    response.end(
      JSON.stringify({ Status: 0, Answer: found.map((text) => ({ type: 16, data: `"${text}"` })) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/dns-query`,
    texts,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
