import { matchesSource, parseSource, programSource, sourceHint } from "../../domain/logs/logs.ts";
import type { SourceInfo } from "../../protocol/custom/logs.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { LogSettings } from "../settings/logs.ts";
import { containerSource } from "./container-source.ts";
import { fileSource } from "./file-source.ts";
import { allowedFile, filesOf, matchesGlob, realPlace } from "./glob.ts";
import { journalSource } from "./journal-source.ts";
import { type LogSource, SourceError } from "./source.ts";

export interface CatalogOptions {
  settings: LogSettings;
  /** The program that this agent keeps running, and the file that takes its output; null = there is none. */
  program: { title: string; path: string } | null;
  /** null = this agent has no business with containers. */
  containers: {
    engine: () => Promise<ContainerEngine>;
    /** Labels of the containers that this agent itself runs; null = it runs none. */
    own: Readonly<Record<string, string>> | null;
  } | null;
  /** Between two looks at a file. */
  pollMs: number;
  journalctl?: string;
}

const mostListed = 200;
const unitsListed = 500;

/** The logs that this host's operator lets people read. */
export class LogCatalog {
  private readonly options: CatalogOptions;

  constructor(options: CatalogOptions) {
    this.options = options;
  }

  /** What there is now. Units of the journal are named only where the settings name them: there may be hundreds. */
  async list(): Promise<SourceInfo[]> {
    const { settings, program } = this.options;
    const files = await filesOf(settings.files, mostListed);
    const units = settings.journal === true ? [] : settings.journal.filter((unit) => !unit.includes("*"));
    return [
      ...(settings.program && program ? [{ name: programSource, title: program.title }] : []),
      ...(await this.containers()),
      ...files.map((path) => ({ name: `file/${path}`, title: path })),
      ...units.slice(0, unitsListed).map((unit) => ({ name: `journal/${unit}`, title: unit })),
    ];
  }

  /** What is shown to whom names nothing: what the agent itself runs. */
  async own(): Promise<string[]> {
    const { settings, program } = this.options;
    if (!settings.program) return [];
    if (program) return [programSource];
    return (await this.containers(true)).map(({ name }) => name);
  }

  /** Of what there is, what these names mean; a name may end in `*`. */
  async matching(patterns: readonly string[]): Promise<string[]> {
    const there = (await this.list()).map(({ name }) => name);
    const named = patterns.filter((one) => !one.endsWith("*") && parseSource(one)?.kind === "journal");
    const meant = there.filter((name) => patterns.some((pattern) => matchesSource(pattern, name)));
    return [...new Set([...meant, ...named])];
  }

  /** Throws a SourceError where there is no such source, or the settings do not allow it. */
  async find(name: string, pollMs = this.options.pollMs): Promise<LogSource> {
    const source = parseSource(name);
    if (!source) throw new SourceError(`"${name}" is no source: ${sourceHint}`);
    const { settings, program } = this.options;
    switch (source.kind) {
      case "program":
        if (!program) throw new SourceError("this agent keeps no program running whose output it could show");
        if (!settings.program) throw notAllowed("the program's output", "program: true");
        return fileSource({ name, title: program.title, path: await realPlace(program.path), pollMs });
      case "file": {
        const path = await allowedFile(settings.files, source.name);
        if (path === null) throw notAllowed(source.name, `files: [${source.name}]`);
        return fileSource({ name, title: source.name, path, pollMs });
      }
      case "journal":
        return this.unit(name, source.name);
      case "container":
        return this.container(name, source.name);
    }
  }

  private unit(name: string, unit: string): LogSource {
    const { settings, journalctl = "journalctl" } = this.options;
    const allowed =
      settings.journal === true || settings.journal.some((pattern) => matchesGlob(pattern, unit));
    if (!allowed) throw notAllowed(`the journal of ${unit}`, `journal: [${unit}]`);
    return journalSource({ name, unit, folder: settings.journalFolder, command: journalctl });
  }

  private async container(name: string, container: string): Promise<LogSource> {
    const { containers } = this.options;
    const found = (await this.containers()).find((one) => one.name === name);
    if (!found || !containers) throw notAllowed(`container ${container}`, "containers: true");
    return containerSource(name, container, found.title, containers.engine);
  }

  private async containers(ownOnly = false): Promise<SourceInfo[]> {
    const { settings, containers } = this.options;
    const all = settings.containers && !ownOnly;
    const own = settings.program ? (containers?.own ?? null) : null;
    if (!containers || (!all && !own)) return [];
    const found = await containers
      .engine()
      .then((engine) => engine.list(all ? {} : (own ?? {})))
      // An engine that is down takes away its containers, not the other sources.
      .catch(() => []);
    return found
      .slice(0, mostListed)
      .map(({ name, state, image }) => ({ name: `container/${name}`, title: `${image}, ${state}` }));
  }
}

const notAllowed = (what: string, setting: string) =>
  new SourceError(
    `this host's agent does not show ${what}, or there is no such thing: whoever runs the host may allow it by logs: {${setting}} in the agent's settings`,
  );
