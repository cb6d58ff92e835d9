/** Packages to offer: a program in versions good and bad, a server of their files, and the offer itself. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { sha256Hex } from "../../domain/configs/hash.ts";
import { configMapTo } from "../../protocol/opamp/config-map.ts";
import { PackageStatusEnum, PackageType } from "../../protocol/opamp/opamp_pb.js";
import { hexToBytes, uidToHex } from "../../protocol/opamp/uid.ts";
import type { AgentSettings } from "../agent-settings.ts";
import type { UpgradeSettings } from "../settings/upgrade.ts";
import { filesSettings } from "./greeter-agent.ts";
import type { OpampServer } from "./opamp-server.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
/** The last 32 bytes of a SubjectPublicKeyInfo are the key. */
export const testKey = publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
export const signatureOf = (bytes: Uint8Array) =>
  sign(null, createHash("sha512").update(bytes).digest(), privateKey);

export const upgradeSettings: UpgradeSettings = {
  agent: true,
  program: true,
  keys: [testKey],
  allowUnsigned: false,
  maxBytes: 64 * 1024 * 1024,
  probationMs: 15_000,
};

/**
 * The source of `proxy`: it answers `<version> <its config>` over HTTP, and refuses a config that says `refuse`.
 * `flaw`: it ends at once, or says another version than it is called.
 */
export function proxySource(version: string, flaw: "crash" | "misnamed" | null = null): string {
  return `#!${process.execPath}
const { readFileSync } = require("node:fs");
const [mode, file, port] = process.argv.slice(2);
if (mode === "--version") {
  console.log("proxy version ${flaw === "misnamed" ? "0.0.1" : version}");
} else if (mode === "--check") {
  if (readFileSync(file, "utf8").includes("refuse")) { console.error("${version} refuses it"); process.exit(1); }
} else if (${flaw === "crash"}) {
  console.error("${version} cannot run here");
  process.exit(3);
} else {
  const text = readFileSync(file, "utf8").trim();
  require("node:http").createServer((_, answer) => answer.end("${version} " + text)).listen(Number(port), "127.0.0.1");
}
`;
}

/** An agent that supervises `proxy` 1.0.0 of the host's own, which lies in `folder`. */
export function proxySettings(
  endpoint: string,
  folder: string,
  stateDir: string,
  port: number,
): AgentSettings {
  const command = join(folder, "proxy");
  writeFileSync(command, proxySource("1.0.0"));
  chmodSync(command, 0o755);
  return {
    ...filesSettings(endpoint, stateDir),
    upgrade: upgradeSettings,
    applyBudget: 0,
    hostMetrics: false,
    supervise: {
      command,
      args: ["run", "{configDir}/proxy.conf", String(port)],
      cwd: folder,
      env: {},
      validate: { command: [command, "--check", "{configDir}/proxy.conf"], timeoutMs: 10_000 },
      reload: { kind: "restart" },
      verify: {
        probe: { kind: "http", url: `http://127.0.0.1:${port}/` },
        failOnOutput: null,
        timeoutMs: 5_000,
      },
      stopGraceMs: 2_000,
      version: [command, "--version"],
    },
  };
}

/** What the proxy answers now; null = nothing. */
export async function proxyAnswer(port: number): Promise<string | null> {
  try {
    return await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } })).text();
  } catch {
    return null;
  }
}

export interface TestPackage {
  name: string;
  version: string;
  body: Buffer;
  type?: "addon";
  /** What differs from an honest offer. */
  changes?: { sha256?: string; signature?: Uint8Array | null; url?: string };
}

export const proxyPackage = (version: string, flaw: "crash" | "misnamed" | null = null): TestPackage => ({
  name: "proxy",
  version,
  body: Buffer.from(proxySource(version, flaw)),
});

/** Serves packages by their sha256, with ETags and ranges. */
export class PackageServer {
  origin = "";
  readonly asked: { path: string; range: string | undefined }[] = [];
  /** Cuts the connection once so many bytes of an answer left; null = never. Counts down to never. */
  cutAfter: number | null = null;
  readonly #bodies = new Map<string, Buffer>();
  readonly #http = createServer((request, response) => this.#answer(request, response));

  static async start(): Promise<PackageServer> {
    const server = new PackageServer();
    await new Promise<void>((resolve) => server.#http.listen(0, "127.0.0.1", resolve));
    server.origin = `http://127.0.0.1:${(server.#http.address() as AddressInfo).port}`;
    return server;
  }

  add(body: Buffer, ending = ""): string {
    const path = `/${createHash("sha256").update(body).digest("hex")}${ending}`;
    this.#bodies.set(path, body);
    return `${this.origin}${path}`;
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "";
    this.asked.push({ path, range: request.headers.range });
    const body = this.#bodies.get(path);
    if (!body) {
      response.writeHead(404).end();
      return;
    }
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const part = body.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      etag: `"${path}"`,
      "content-length": part.length,
      ...(from > 0 && { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` }),
    });
    if (this.cutAfter === null) {
      response.end(part);
      return;
    }
    response.write(part.subarray(0, this.cutAfter), () => setTimeout(() => response.destroy(), 50));
    this.cutAfter = null;
  }
}

/** Offers a target: files and packages in one frame, as the fleet does. Answers the hash of the packages. */
export function offerTarget(
  server: OpampServer,
  files: PackageServer,
  target: { hash: string; files: Record<string, string>; packages: TestPackage[]; allHash?: string },
): string {
  const available = target.packages.map(({ name, version, body, type, changes = {} }) => {
    const contentHash = hexToBytes(changes.sha256 ?? createHash("sha256").update(body).digest("hex"));
    const signature = changes.signature === null ? undefined : (changes.signature ?? signatureOf(body));
    const downloadUrl = changes.url ?? files.add(body);
    const hash = hexToBytes(sha256Hex(`${name} ${version} ${uidToHex(contentHash)}`));
    const file = { downloadUrl, contentHash, ...(signature && { signature }) };
    const wireType = type === "addon" ? PackageType.PackageType_Addon : PackageType.PackageType_TopLevel;
    return [name, { type: wireType, version, file, hash }] as const;
  });
  const allHash = target.allHash ?? sha256Hex(available.map(([, { hash }]) => uidToHex(hash)).join());
  server.send({
    remoteConfig: {
      configHash: hexToBytes(target.hash),
      config: configMapTo(
        Object.entries(target.files).map(([name, content]) => ({ name, content, contentType: "text/plain" })),
      ),
    },
    packagesAvailable: { packages: Object.fromEntries(available), allPackagesHash: hexToBytes(allHash) },
  });
  return allHash;
}

export interface ToldPackage {
  status: string;
  has: string;
  offered: string;
  error: string;
}

/** What an agent said last of a package, under the hash of the packages that it is about. */
export function toldOf(server: OpampServer, allHash: string, name: string): ToldPackage | null {
  const last = server.messages.findLast(
    ({ packageStatuses }) => packageStatuses !== undefined,
  )?.packageStatuses;
  if (!last || uidToHex(last.serverProvidedAllPackagesHash) !== allHash) return null;
  const one = last.packages[name];
  if (!one) return null;
  return {
    status: (PackageStatusEnum[one.status] ?? "").replace("PackageStatusEnum_", ""),
    has: one.agentHasVersion,
    offered: one.serverOfferedVersion,
    error: one.errorMessage,
  };
}
