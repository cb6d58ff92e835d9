import { isScalar, type Node } from "yaml";
import { engineAddressProblem } from "../containers/docker-client.ts";
import { assign, type Reader } from "./reader.ts";

/** What the host's operator allows people to run there. Without it nobody runs anything. */
export interface ExecSettings {
  /** Also in containers of this host. */
  containers: boolean;
  /** `unix:///…`; null = the Docker or Podman that is there. */
  engine: string | null;
  /** Patterns of what may be run; null = anything, a shell too. */
  commands: string[] | null;
  /** As whom; null = as the agent. */
  user: string | null;
  /** What is run where no command is given. */
  shell: string[];
  maxSessions: number;
}

export const defaultExec: ExecSettings = {
  containers: false,
  engine: null,
  commands: null,
  user: null,
  shell: ["/bin/sh"],
  maxSessions: 5,
};

/** null = `allow` is not true. */
export function readExec(reader: Reader, root: Node): ExecSettings | null {
  const settings = { ...defaultExec };
  let allowed = false;
  reader.keys(root, '"exec"', {
    allow: (node) => {
      allowed = readSwitch(reader, node, "exec.allow");
    },
    containers: (node) => {
      settings.containers = readSwitch(reader, node, "exec.containers");
    },
    engine: (node) => {
      const engine = reader.text(node, "exec.engine");
      const problem = engine && engineAddressProblem(engine);
      if (problem) reader.fail(node, problem);
      assign(settings, "engine", engine);
    },
    commands: (node) => {
      settings.commands = reader.list(node, "exec.commands");
      if (settings.commands.length === 0)
        reader.fail(node, '"exec.commands" names no command; to allow none, leave "exec" out');
    },
    user: (node) => {
      settings.user = reader.text(node, "exec.user") ?? null;
    },
    shell: (node) => {
      settings.shell = reader.command(node, "exec.shell");
    },
    maxSessions: (node) => {
      const count = Number(isScalar(node) ? node.value : Number.NaN);
      if (Number.isInteger(count) && count >= 1 && count <= 10) settings.maxSessions = count;
      else reader.fail(node, '"exec.maxSessions" must be a whole number from 1 to 10');
    },
  });
  return allowed ? settings : null;
}

function readSwitch(reader: Reader, node: Node, what: string): boolean {
  if (isScalar(node) && typeof node.value === "boolean") return node.value;
  reader.fail(node, `"${what}" must be true or false`);
  return false;
}
