import { dirname, resolve } from "node:path";
import { LineCounter, type Node, parseDocument } from "yaml";
import { type ContainerSettings, driverNamed, readContainerSettings } from "./settings/container.ts";
import { type ExecSettings, readExec } from "./settings/exec.ts";
import { type LogSettings, readLogSettings } from "./settings/logs.ts";
import { assign, Reader, type SettingsProblem } from "./settings/reader.ts";
import { readSupervise, type SuperviseSettings } from "./settings/supervise.ts";
import { readUpgrade, type UpgradeSettings } from "./settings/upgrade.ts";

/** What a settings file may say. All paths are absolute. */
export interface FileSettings {
  endpoint?: string;
  token?: string;
  name?: string;
  type?: string;
  stateDir?: string;
  configDir?: string;
  metricsUrl?: string;
  hostMetrics?: boolean;
  applyBudget?: number;
  labels: Record<string, string>;
  supervise: SuperviseSettings | null;
  /** In place of `supervise`: apps as containers. */
  containers?: ContainerSettings;
  upgrade?: UpgradeSettings;
  exec?: ExecSettings;
  logs?: LogSettings;
}

/** Every problem of a settings file, one a line: `agent.yaml:3: unknown key "comand"; did you mean …`. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: SettingsProblem[];
  constructor(fileName: string, problems: SettingsProblem[]) {
    super(problems.map((problem) => `${fileName}:${problem.line}: ${problem.message}`).join("\n"));
    this.problems = problems;
  }
}

/** Why metrics cannot be read at this address; null = they can. */
export function metricsUrlProblem(url: string): string | null {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return null;
  return `the address of metrics "${url}" is not a URL that starts with http:// or https://`;
}

/**
 * Reads a settings file. `${NAME}` and `${NAME:-default}` in values come from `environment`; relative paths start
 * at the file's own folder. Throws SettingsError with all problems at once.
 */
export function parseSettings(
  text: string,
  filePath: string,
  environment: Record<string, string | undefined>,
): FileSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: SettingsProblem[] = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    message: error.message,
  }));
  const root = document.contents;
  const reader = new Reader(environment, problems, (node) => lines.linePos(node.range?.[0] ?? 0).line);
  const folder = dirname(resolve(filePath));
  const settings = problems.length === 0 ? readRoot(reader, root, folder) : null;
  if (!settings || problems.length > 0) {
    throw new SettingsError(
      filePath,
      problems.sort((a, b) => a.line - b.line),
    );
  }
  return settings;
}

function readRoot(reader: Reader, root: Node | null, folder: string): FileSettings {
  const settings: FileSettings = { labels: {}, supervise: null };
  if (root === null) return settings;
  let supervisedConfigDir: string | undefined;
  reader.keys(root, "the settings file", {
    endpoint: (node) => assign(settings, "endpoint", reader.text(node, "endpoint")),
    token: (node) => assign(settings, "token", reader.text(node, "token")),
    name: (node) => assign(settings, "name", reader.text(node, "name")),
    type: (node) => assign(settings, "type", reader.text(node, "type")),
    stateDir: (node) => assign(settings, "stateDir", reader.path(node, "stateDir", folder)),
    configDir: (node) => assign(settings, "configDir", reader.path(node, "configDir", folder)),
    metricsUrl: (node) => {
      const url = reader.text(node, "metricsUrl");
      const problem = url && metricsUrlProblem(url);
      if (problem) reader.fail(node, problem);
      assign(settings, "metricsUrl", url);
    },
    hostMetrics: (node) => {
      const text = reader.text(node, "hostMetrics");
      if (text === "true" || text === "false") settings.hostMetrics = text === "true";
      else reader.fail(node, '"hostMetrics" must be true or false');
    },
    applyBudget: (node) => {
      const text = reader.text(node, "applyBudget") ?? "";
      if (/^\d{1,6}$/.test(text)) settings.applyBudget = Number(text);
      else
        reader.fail(node, '"applyBudget" must be a whole number of configs in an hour; 0 = without a limit');
    },
    labels: (node) => {
      settings.labels = reader.texts(node, "labels");
    },
    upgrade: (node) => {
      settings.upgrade = readUpgrade(reader, node);
    },
    logs: (node) => {
      settings.logs = readLogSettings(reader, node, folder);
    },
    exec: (node) => assign(settings, "exec", readExec(reader, node) ?? undefined),
    supervise: (node) => {
      if (driverNamed(node) === "container") {
        settings.containers = readContainerSettings(reader, node, folder);
        return;
      }
      settings.supervise = readSupervise(reader, node, folder, (path) => {
        supervisedConfigDir = path;
      });
    },
  });
  if (supervisedConfigDir && settings.configDir) {
    reader.fail(root, 'give "configDir" once: at the top or under "supervise", not both');
  }
  assign(settings, "configDir", supervisedConfigDir);
  return settings;
}
