import { isAbsolute } from "node:path";
import { isSeq, type Node } from "yaml";
import { engineAddressProblem } from "../containers/docker-client.ts";
import { assign, type Reader } from "./reader.ts";

/** Which logs of this host people may read, besides those of what the agent itself runs. */
export interface LogSettings {
  /** What the agent itself keeps running: the program, or its containers. */
  program: boolean;
  /** Absolute paths; `*` and `?` stand for what has no slash, `**` for anything. */
  files: string[];
  /** Of the journal: all units, or these; a name may hold `*`. */
  journal: true | string[];
  /** Where journal files are, for hosts whose journal is mounted elsewhere; null = the system's. */
  journalFolder: string | null;
  /** Every container of the host's engine. */
  containers: boolean;
  /** `unix:///…`; null = that of the container driver, or Docker's. */
  engine: string | null;
}

export const defaultLogSettings: LogSettings = {
  program: true,
  files: [],
  journal: [],
  journalFolder: null,
  containers: false,
  engine: null,
};

export function readLogSettings(reader: Reader, root: Node, folder: string): LogSettings {
  const logs: LogSettings = { ...defaultLogSettings };
  const flag = (node: Node, what: string): boolean | undefined => {
    const text = reader.text(node, what);
    if (text === "true" || text === "false") return text === "true";
    if (text !== undefined) reader.fail(node, `"${what}" must be true or false`);
    return undefined;
  };
  reader.keys(root, '"logs"', {
    program: (node) => assign(logs, "program", flag(node, "logs.program")),
    files: (node) => {
      logs.files = reader.list(node, "logs.files");
      for (const path of logs.files) {
        if (!isAbsolute(path)) {
          reader.fail(node, `"logs.files": ${path} must be an absolute path, such as /var/log/nginx/*.log`);
        }
      }
    },
    journal: (node) => {
      if (isSeq(node)) logs.journal = reader.list(node, "logs.journal");
      else logs.journal = flag(node, "logs.journal") ? true : [];
    },
    journalFolder: (node) => {
      logs.journalFolder = reader.path(node, "logs.journalFolder", folder) ?? null;
    },
    containers: (node) => assign(logs, "containers", flag(node, "logs.containers")),
    engine: (node) => {
      const engine = reader.text(node, "logs.engine");
      const problem = engine && engineAddressProblem(engine);
      if (problem) reader.fail(node, problem);
      else assign(logs, "engine", engine);
    },
  });
  return logs;
}
