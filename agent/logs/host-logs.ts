import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { logsCapability } from "../../protocol/custom/agent.ts";
import type { ShipMessage } from "../../protocol/custom/logs.ts";
import { problemText } from "../apply/file-problem.ts";
import { defaultEngine } from "../containers/docker-client.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Log } from "../log.ts";
import { defaultLogSettings, type LogSettings } from "../settings/logs.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import type { ConnectionTarget } from "../state-file.ts";
import type { ServeStream } from "../streams/streams.ts";
import type { LogCatalog } from "./catalog.ts";
import type { ShipPace, Shipper } from "./shipper.ts";

export interface HostLogsOptions {
  settings: { logs?: LogSettings; supervise: SuperviseSettings | null };
  stateDir: string;
  /** What runs this agent's own containers; null = it runs none. */
  containers: { engine: ContainerEngine; labels: Readonly<Record<string, string>> } | null;
  /** Asked at every dial. */
  target: () => ConnectionTarget;
  log: Log;
  pace?: ShipPace | undefined;
}

const tailPollMs = 250;

/** The logs of this host: shown over streams and shipped, each loaded when it is asked for first. */
export class HostLogs {
  private readonly options: HostLogsOptions;
  private readonly settings: LogSettings;
  private catalog: Promise<LogCatalog> | null = null;
  private shipper: Shipper | null = null;
  private asked = "";
  private turn: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(options: HostLogsOptions) {
    this.options = options;
    this.settings = options.settings.logs ?? defaultLogSettings;
  }

  /** Not said where there is nothing to show. */
  get capabilities(): readonly string[] {
    const { program, files, journal, containers } = this.settings;
    const own = program && (this.options.settings.supervise !== null || this.options.containers !== null);
    const shows = own || files.length > 0 || journal === true || journal.length > 0 || containers;
    return shows ? [logsCapability] : [];
  }

  readonly serve: ServeStream = async (message, link) => {
    const [{ logStreams }, catalog] = await Promise.all([import("./log-server.ts"), this.open()]);
    return logStreams(catalog)(message, link);
  };

  /** What the server keeps from now on. */
  ship(message: ShipMessage): void {
    this.turn = this.turn
      .then(() => this.shipNow(message))
      .catch((error: unknown) =>
        this.options.log(
          "error",
          `logs are not shipped: ${problemText(error)}; tried again when the agent connects anew`,
        ),
      );
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.turn;
    this.shipper?.stop();
    this.shipper = null;
  }

  private async shipNow(message: ShipMessage): Promise<void> {
    const { log, stateDir, target, pace } = this.options;
    const asked = JSON.stringify(message);
    // Said anew at each connection.
    if (this.shipper && asked === this.asked) {
      this.shipper.retry();
      return;
    }
    this.asked = asked;
    this.shipper?.stop();
    this.shipper = null;
    const [{ Shipper: Ships, defaultShipPace, forgetShipping }, catalog] = await Promise.all([
      import("./shipper.ts"),
      this.open(),
    ]);
    if (!message.enabled) {
      forgetShipping(stateDir);
      log("info", "the server keeps no logs of this agent");
      return;
    }
    if (this.stopped) return;
    log("info", `the server keeps logs: ${message.sources.join(", ")}`);
    mkdirSync(join(stateDir, "logs"), { recursive: true, mode: 0o700 });
    this.shipper = new Ships({ catalog, stateDir, target, log, pace: pace ?? defaultShipPace }, message);
    this.shipper.start();
  }

  private open(): Promise<LogCatalog> {
    this.catalog ??= import("./catalog.ts").then(({ LogCatalog }) => {
      const { settings, options } = this;
      const { supervise } = options.settings;
      return new LogCatalog({
        settings,
        program: supervise && {
          title: basename(supervise.command),
          path: join(options.stateDir, "logs", "child.log"),
        },
        containers:
          options.containers || settings.containers
            ? { engine: () => this.engine(), own: options.containers?.labels ?? null }
            : null,
        pollMs: tailPollMs,
      });
    });
    return this.catalog;
  }

  private async engine(): Promise<ContainerEngine> {
    if (this.settings.engine === null && this.options.containers) return this.options.containers.engine;
    const { dockerEngine } = await import("../containers/docker-engine.ts");
    return dockerEngine(this.settings.engine ?? defaultEngine);
  }
}
