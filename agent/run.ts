import { randomBytes } from "node:crypto";
import {
  hostMetricsCapability,
  metricsCapability,
  musterAgentCapability,
  stagingCapability,
} from "../protocol/custom/agent.ts";
import type { StageMessage } from "../protocol/custom/staging.ts";
import { limits } from "../protocol/opamp/limits.ts";
import { uidToHex, uuidV7 } from "../protocol/opamp/uid.ts";
import type { AgentSettings, AgentTuning } from "./agent-settings.ts";
import { Applier } from "./apply/applier.ts";
import { ApplyBudget, defaultApplyBudget } from "./apply/apply-budget.ts";
import { ConfigFolder } from "./apply/config-folder.ts";
import { EditWatch } from "./apply/edit-watch.ts";
import { defaultRedialPace } from "./backoff.ts";
import { childContext } from "./child-context.ts";
import { collectorPart } from "./collector/part.ts";
import { Connection } from "./connection.ts";
import { Credential } from "./credential.ts";
import { customOrders } from "./custom-orders.ts";
import { describe } from "./description.ts";
import { endForsaken } from "./drivers/child-note.ts";
import { makeDriver } from "./drivers/make.ts";
import { HealthMonitor } from "./health.ts";
import { HostIdentity, hostFingerprint } from "./host-identity.ts";
import { leave, stayStopped } from "./leaving.ts";
import { serveLocalStatus } from "./local-status.ts";
import type { Log } from "./log.ts";
import { HostLogs } from "./logs/host-logs.ts";
import { makeMetrics } from "./metrics/make.ts";
import { Session } from "./session.ts";
import { lockStateFolder, StateFile, type StoredFile } from "./state-file.ts";
import { hostStreams } from "./streams/host-streams.ts";
import { Programs } from "./upgrade/programs.ts";
import { selfCommand } from "./upgrade/self-upgrade.ts";

/** Whether the next agent on the state folder finds the program running. */
export type ProgramAtStop = "ends" | "stays";

export interface RunningAgent {
  /** Resolves when another agent is to run on the state folder: stop this one, then start that. */
  left: Promise<void>;
  /** Says goodbye, ends the program if nothing else is said, and leaves the state folder. */
  stop(program?: ProgramAtStop): Promise<void>;
}

/** Starts an agent. Throws when the settings or the state folder do not allow it. */
export async function runAgent(
  settings: AgentSettings,
  log: Log,
  tuning: AgentTuning = {},
): Promise<RunningAgent> {
  const unlock = lockStateFolder(settings.stateDir);
  try {
    return await startAgent(settings, log, tuning, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function startAgent(
  settings: AgentSettings,
  log: Log,
  tuning: AgentTuning,
  unlock: () => void,
): Promise<RunningAgent> {
  const { supervise } = settings;
  const newUid = () => uidToHex(uuidV7(Date.now(), randomBytes(10)));
  const state = new StateFile(settings.stateDir, newUid);
  const credential = new Credential(state, settings, newUid, log);
  const identity = new HostIdentity(state, settings.host ?? hostFingerprint(), log);
  const collector = collectorPart({
    supervise,
    configDir: settings.configDir,
    state,
    placed: (words) => programs.words(words),
    log,
    around: () => ({ applier, driver, folder, session, pace: tuning.verifyPace }),
  });
  const folder = new ConfigFolder(settings.configDir, state, collector?.generate);
  const programs = new Programs({
    state,
    supervise,
    upgrade: settings.upgrade,
    context: childContext(supervise, folder.path),
    onChange: (...parts) => session.changed(...parts),
    log,
    pace: tuning.downloads,
  });
  const { driver, containers } = makeDriver({
    supervise,
    containers: settings.containers,
    folder,
    stateDir: state.folder,
    selfCommand: selfCommand(),
    placed: programs.words,
    onProgress: (words) => health.working(words),
    log,
  });
  const applier = new Applier({
    state,
    folder,
    driver,
    supervise,
    log,
    onStatus: (report) => {
      if (report.status === "applying") {
        session.report("configStatus", "packages");
      } else {
        edits.settled();
        health.applied(report.status === "applied");
        session.report("configStatus", "effectiveConfig", "packages");
      }
    },
    budget: new ApplyBudget(settings.applyBudget ?? defaultApplyBudget),
    packages: programs.installer,
    ...(tuning.verifyPace && { pace: tuning.verifyPace }),
    ...(tuning.atStep && { atStep: tuning.atStep }),
  });
  const edits = new EditWatch({
    folder: folder.path,
    names: () => folder.managed(),
    busy: () => applier.busy,
    onEdit: () => {
      log("warn", "somebody else has changed the files of the config");
      session.changed("effectiveConfig");
    },
    ...tuning.edits,
  });
  const { metrics, watcher } = makeMetrics({
    settings,
    stateDir: state.folder,
    containers,
    session: () => session,
    log,
    tuning: tuning.metrics,
  });
  const logs = new HostLogs({
    settings,
    stateDir: state.folder,
    containers,
    target: () => credential.target(),
    log,
    pace: tuning.shipping,
  });
  const streams = hostStreams(settings, () => credential.target().endpoint, log, logs);
  const orders = customOrders({
    log,
    onOpen: (message) => streams.take(message),
    onShip: (message) => logs.ship(message),
    onDecommission: (message) =>
      leave({ credential, applier, driver, ties: [connection, streams, logs], log }, message),
    onStage: ({ hash, files }) =>
      applier.stage({ hash, files: files.map(storedFile) }, (error) =>
        session.custom(stagingCapability, "staged", {
          hash,
          error: error?.slice(0, limits.errorChars) ?? null,
        }),
      ),
    onWatch: (message) => {
      if (connection.open) watcher?.watch(message);
    },
    onCollect: (message) => {
      if (connection.open) metrics?.collect(message);
    },
    onLook: (message) => {
      if (connection.open) metrics?.look(message);
    },
  });
  const health = new HealthMonitor({
    driver,
    probe: supervise?.verify?.probe ?? null,
    startGraceMs: supervise?.verify?.timeoutMs ?? 0,
    context: childContext(supervise, folder.path),
    busy: () => state.get().applying !== null,
    onChange: () => session.changed("health"),
    ...tuning.health,
  });
  const session = new Session({
    state: () => state.get(),
    description: () => describe(settings, metrics?.facts(), programs.version),
    customCapabilities: [
      musterAgentCapability,
      stagingCapability,
      ...(watcher ? [metricsCapability] : []),
      ...(metrics ? [hostMetricsCapability] : []),
      ...streams.capabilities,
    ],
    acceptsPackages: programs.accepts,
    packages: () => programs.statuses(),
    onCustomMessage: orders,
    health: () => health.current(),
    effectiveConfig: () => {
      try {
        return [...applier.effective(), ...(collector?.effective() ?? [])];
      } catch (error) {
        log("error", `the effective config cannot be read: ${String(error)}`);
        return null;
      }
    },
    send: (frame) => connection.send(frame),
    onRemoteConfig: (config) => applier.offer(config),
    onConnectionOffer: (hash, offer) => {
      const dialAnew = credential.take(hash, offer);
      session.report("connectionStatus");
      if (dialAnew) void connection.redial();
    },
    ...(collector && { collector }),
    onNewUid: (instanceUid) => {
      if (identity.isCopy() && credential.enrolAnew()) void connection.redial();
      else state.note({ instanceUid });
    },
    onAccepted: () => identity.accepted(),
    onRestart: () => {
      log("info", "the server asks for a restart");
      void applier
        .settled()
        .then(() => driver.restart())
        .catch((error: unknown) => log("error", `restart: ${String(error)}`));
    },
    onUnavailable: (retryAfterMs) => void connection.redial(retryAfterMs),
    log,
  });
  const connection = new Connection({
    target: () => credential.target(),
    onOpen: () => {
      credential.proven();
      session.opened();
    },
    onMessage: (bytes) => {
      session.receive(bytes);
      programs.connected();
    },
    onClose: () => {
      session.closed();
      watcher?.stop();
      metrics?.closed();
    },
    onRefused: (status) => {
      const another = credential.refused(status);
      session.changed("connectionStatus");
      return another;
    },
    log,
    pace: tuning.redialPace ?? defaultRedialPace,
    random: Math.random,
    ...(tuning.pingEveryMs !== undefined && { pingEveryMs: tuning.pingEveryMs }),
  });

  if (!supervise) await endForsaken(state.folder, log);
  await metrics?.start();
  const filesChanged = await collector?.prepare();
  if (state.get().retired?.stopped) await stayStopped(driver, log);
  else await applier.resume(filesChanged);
  edits.start();
  health.start();
  driver.onChange((condition) => {
    if (condition.state === "running") {
      void programs.look();
      collector?.look();
    }
  });
  await programs.firstLook();
  if (!credential.retired) connection.dial();
  const endStatus = serveLocalStatus({
    settings,
    state: () => state.get(),
    endpoint: () => credential.target().endpoint,
    connection: () => connection.condition(),
    health: () => health.current(),
    program: () => driver.condition(),
    log,
  });
  return {
    left: programs.left,
    stop: async (program = "ends") => {
      endStatus();
      applier.stop();
      edits.stop();
      health.stop();
      watcher?.stop();
      metrics?.stop();
      session.goodbye();
      const leaves = program === "stays" && driver.release;
      const released = leaves ? driver.release?.() : driver.stop();
      await Promise.all([connection.stop(), released, streams.stop(), logs.stop()]);
      unlock();
    },
  };
}

const storedFile = ({ content, ...file }: StageMessage["files"][number]): StoredFile => ({
  name: file.name,
  contentType: file.contentType,
  body: new TextEncoder().encode(content),
  ...(file.secret && { secret: true }),
});
