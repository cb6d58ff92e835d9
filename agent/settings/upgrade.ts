import type { Node } from "yaml";
import { publicKeyProblem } from "../signature.ts";
import { assign, type Reader } from "./reader.ts";

/** What the server may replace on this host. Nothing of it is allowed unless the host's operator wrote it down. */
export interface UpgradeSettings {
  /** The agent itself. */
  agent: boolean;
  /** The supervised program, and add-ons for it. */
  program: boolean;
  /** Public ed25519 keys (base64) whose signatures count, besides those of Muster's releases for the agent itself. */
  keys: string[];
  /** Also packages without a signature; their sha256 is always checked. */
  allowUnsigned: boolean;
  /** The largest package that is downloaded. */
  maxBytes: number;
  /** Until when a new agent must be connected and well, or the one before returns. */
  probationMs: number;
}

const defaultMegabytes = 512;
const mostMegabytes = 16_384;
const defaultProbationSeconds = 120;

export function readUpgrade(reader: Reader, root: Node): UpgradeSettings {
  const upgrade: UpgradeSettings = {
    agent: false,
    program: false,
    keys: [],
    allowUnsigned: false,
    maxBytes: defaultMegabytes * 1024 * 1024,
    probationMs: defaultProbationSeconds * 1000,
  };
  reader.keys(root, '"upgrade"', {
    agent: (node) => assign(upgrade, "agent", readFlag(reader, node, "upgrade.agent")),
    program: (node) => assign(upgrade, "program", readFlag(reader, node, "upgrade.program")),
    keys: (node) => {
      upgrade.keys = reader.list(node, "upgrade.keys");
      for (const key of upgrade.keys) {
        const problem = publicKeyProblem(key);
        if (problem) reader.fail(node, `"upgrade.keys": ${problem}`);
      }
    },
    allowUnsigned: (node) =>
      assign(upgrade, "allowUnsigned", readFlag(reader, node, "upgrade.allowUnsigned")),
    maxMegabytes: (node) => {
      const megabytes = Number(reader.text(node, "upgrade.maxMegabytes"));
      if (megabytes > 0 && megabytes <= mostMegabytes) upgrade.maxBytes = megabytes * 1024 * 1024;
      else reader.fail(node, `"upgrade.maxMegabytes" must be a number from 1 to ${mostMegabytes}`);
    },
    probationSeconds: (node) => {
      upgrade.probationMs = reader.seconds(node, "upgrade.probationSeconds");
    },
  });
  return upgrade;
}

function readFlag(reader: Reader, node: Node, what: string): boolean | undefined {
  const text = reader.text(node, what);
  if (text === "true" || text === "false") return text === "true";
  if (text !== undefined) reader.fail(node, `"${what}" must be true or false`);
  return undefined;
}
