import type { ConnectionSettingsOffers, TelemetryConnectionSettings } from "../../protocol/opamp/opamp_pb.js";
import type { Applier } from "../apply/applier.ts";
import type { ConfigFolder } from "../apply/config-folder.ts";
import { problemText } from "../apply/file-problem.ts";
import { type VerifyPace, verify } from "../apply/verify.ts";
import { childContext } from "../child-context.ts";
import type { AgentDriver } from "../drivers/driver.ts";
import type { Log } from "../log.ts";
import type { CollectorSession, Session } from "../session.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import type { StateFile, StatusReport, StoredFile } from "../state-file.ts";
import { Collector } from "./collector.ts";
import { type OwnTelemetry, telemetrySignals } from "./overlay.ts";

/** The other parts of the agent, which are made after this one. */
export interface CollectorSurroundings {
  applier: Applier;
  driver: AgentDriver;
  folder: ConfigFolder;
  session: Session;
  pace?: VerifyPace | undefined;
}

export interface CollectorPartOptions {
  supervise: SuperviseSettings;
  configDir: string;
  state: StateFile;
  placed: (words: readonly string[]) => readonly string[];
  log: Log;
  around: () => CollectorSurroundings;
}

/** What the agent has more of when it supervises a collector; null = it supervises another program. */
export function collectorPart(
  options: Omit<CollectorPartOptions, "supervise"> & { supervise: SuperviseSettings | null },
): CollectorPart | null {
  const { supervise } = options;
  return supervise?.collector ? new CollectorPart({ ...options, supervise }) : null;
}

export class CollectorPart implements CollectorSession {
  readonly capabilities = [
    "ReportsOwnMetrics",
    "ReportsOwnTraces",
    "ReportsOwnLogs",
    "ReportsAvailableComponents",
  ] as const;
  private readonly options: CollectorPartOptions;
  private readonly collector: Collector;

  constructor(options: CollectorPartOptions) {
    this.options = options;
    const { supervise, configDir, state, placed, log } = options;
    if (!supervise.collector) throw new Error("it supervises no collector");
    const context = childContext(supervise, configDir);
    this.collector = new Collector(supervise.collector, state, context, placed, log);
  }

  /** Before the collector starts. Answers whether one that runs has to read its config anew. */
  async prepare(): Promise<boolean> {
    await this.collector.look();
    try {
      return this.collector.generate(this.options.configDir);
    } catch (error) {
      // On a full disk it runs with what is there.
      this.options.log(
        "error",
        `the agent's part of the collector's config is not written: ${problemText(error)}`,
      );
      return false;
    }
  }

  /** The program may be another one now. */
  look(): void {
    void this.collector.look().then((changed) => {
      if (changed) this.options.around().session.changed("components");
    });
  }

  generate = (folder: string): void => {
    this.collector.generate(folder);
  };

  effective(): StoredFile[] {
    return this.collector.effective(this.options.configDir);
  }

  components(): ReturnType<CollectorSession["components"]> {
    const known = this.collector.components();
    if (!known) return {};
    const components = Object.fromEntries(
      Object.entries(known.byRole).map(([role, types]) => [
        role,
        {
          subComponentMap: Object.fromEntries(
            Object.entries(types).map(([type, module]) => [type, { metadata: metadataOf(module) }]),
          ),
        },
      ]),
    );
    return { availableComponents: { components, hash: known.hash } };
  }

  onOffer(hash: string, offers: ConnectionSettingsOffers): void {
    const before = this.options.state.get().ownTelemetry ?? {};
    const { telemetry, problem } = readOffer(offers, before);
    if (telemetry === null) return;
    this.options.around().applier.between(async () => {
      if (problem === null && same(telemetry, before)) {
        this.report({ hash, status: "applied", error: "" });
        return;
      }
      this.report({ hash, status: "applying", error: "" });
      const refusal = problem ?? (await this.take(telemetry));
      this.report({ hash, status: refusal ? "failed" : "applied", error: refusal ?? "" });
      this.options.around().session.changed("effectiveConfig");
    });
  }

  /** Answers why it does not work; the collector then runs as before. */
  private async take(telemetry: OwnTelemetry): Promise<string | null> {
    const { log, state } = this.options;
    const { applier } = this.options.around();
    const { lastGood } = state.get();
    const files = lastGood === null ? [] : state.loadConfig(lastGood);
    this.collector.tryTelemetry(telemetry);
    let refusal: string | null;
    try {
      refusal = (await applier.check({ hash: lastGood ?? "", files })) ?? (await this.reload());
    } catch (error) {
      refusal = problemText(error);
    }
    try {
      this.collector.endTrial(refusal === null);
    } catch (error) {
      refusal = `it cannot be stored: ${problemText(error)}`;
      this.collector.endTrial(false);
    }
    if (refusal === null) {
      log("info", "the collector tells of itself where the server asked for it");
      return null;
    }
    log("error", `the collector cannot tell of itself where the server asked for it: ${refusal}`);
    try {
      const problem = await this.reload();
      return problem ? `${refusal}\nand without it the collector does not work either: ${problem}` : refusal;
    } catch (error) {
      return `${refusal}\nand what was before cannot be put back: ${problemText(error)}`;
    }
  }

  private async reload(): Promise<string | null> {
    const { configDir, supervise } = this.options;
    const { driver, pace } = this.options.around();
    this.collector.generate(configDir);
    await driver.reload();
    return verify(driver, supervise.verify, childContext(supervise, configDir), pace);
  }

  private report(connectionStatus: StatusReport): void {
    void this.options.state.note({ connectionStatus });
    this.options.around().session.report("connectionStatus");
  }
}

const metadataOf = (module: string) =>
  module === ""
    ? []
    : [{ key: "code.namespace", value: { value: { case: "stringValue" as const, value: module } } }];

/** `telemetry` null = the offer is about something else. An empty endpoint ends what was offered before. */
function readOffer(
  { ownMetrics, ownTraces, ownLogs }: ConnectionSettingsOffers,
  before: OwnTelemetry,
): { telemetry: OwnTelemetry | null; problem: string | null } {
  const offered = { metrics: ownMetrics, traces: ownTraces, logs: ownLogs };
  if (telemetrySignals.every((signal) => !offered[signal])) return { telemetry: null, problem: null };
  const telemetry: OwnTelemetry = { ...before };
  let problem: string | null = null;
  for (const signal of telemetrySignals) {
    const one = offered[signal];
    if (!one) continue;
    if (one.destinationEndpoint === "") delete telemetry[signal];
    else telemetry[signal] = { endpoint: one.destinationEndpoint, headers: headersOf(one) };
    problem ??= problemOf(one);
  }
  return { telemetry, problem };
}

function problemOf({
  destinationEndpoint: endpoint,
  certificate,
  tls,
  proxy,
}: TelemetryConnectionSettings): string | null {
  if (endpoint !== "" && !(URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol))) {
    return `the endpoint "${endpoint}" is not a URL that starts with http:// or https://`;
  }
  const asks = certificate || tls?.insecureSkipVerify || tls?.caPemContents || proxy?.url;
  return asks ? "certificates, TLS settings and proxies of its own are not taken" : null;
}

const headersOf = ({ headers }: TelemetryConnectionSettings): Record<string, string> =>
  Object.fromEntries((headers?.headers ?? []).map(({ key, value }) => [key, value]));

const same = (a: OwnTelemetry, b: OwnTelemetry) => sorted(a) === sorted(b);
const sorted = (telemetry: OwnTelemetry) =>
  JSON.stringify(
    telemetrySignals.map((signal) => {
      const target = telemetry[signal];
      return target && [target.endpoint, Object.entries(target.headers).sort(([a], [b]) => (a < b ? -1 : 1))];
    }),
  );
