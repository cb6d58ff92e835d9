import type { Log } from "../log.ts";
import type { ContainerSettings } from "../settings/container.ts";
import { type ContainerEngine, type ContainerSummary, EngineError } from "./engine.ts";
import { freePorts } from "./free-port.ts";
import type { Images } from "./images.ts";
import type { PortHolder } from "./ports/client.ts";
import { placeOf, type Route } from "./ports/table.ts";
import { endProblem, type Placed, type ReadinessPace, waitReady } from "./readiness.ts";
import type { ContainerRuntime, LocalImage } from "./runtime.ts";
import { type ContainerSpec, label, type Owner, slotOf, titleOf } from "./spec.ts";

export interface ConvergeOptions {
  engine: ContainerEngine;
  runtime: ContainerRuntime;
  images: Images;
  ports: PortHolder;
  owner: Owner;
  settings: ContainerSettings;
  log: Log;
  pace?: ReadinessPace;
}

/** A container of this agent's that is there, whatever its state. */
interface Found {
  summary: ContainerSummary;
  slot: string;
  hash: string;
  exclusive: readonly string[];
}

/** A port of loopback may be taken between the choice and the start. */
const startTries = 3;
const drainLookMs = 100;

/**
 * Makes the host run exactly `specs`: what runs already with the same hash stays, the new starts beside the old, and
 * only when all of it is well the host's ports are handed to it and the old is stopped. Throws why not; then the old
 * runs as before. It begins from what the engine has, so that one which was interrupted is simply done again.
 */
export async function converge(
  specs: readonly ContainerSpec[],
  options: ConvergeOptions,
  signal: AbortSignal,
): Promise<Placed[]> {
  const { images } = options;
  const local = await images.ensure(specs, "missing", signal);
  const found = await foundBy(options);
  const wanted = new Map(specs.map((spec) => [spec.hash, spec]));
  const kept = new Map(found.filter(({ hash }) => wanted.has(hash)).map((one) => [one.hash, one]));
  const old = found.filter((one) => kept.get(one.hash) !== one);
  await makeSurroundings(specs, options);
  await options.ports.route(await routesBetween(specs, options));
  const run = new Replacement(options, local, old, await options.ports.held(), signal);
  try {
    for (const spec of specs) {
      const there = kept.get(spec.hash);
      if (there) await run.keep(spec, there.summary.id);
    }
    const fresh = specs.filter(({ hash }) => !kept.has(hash));
    await run.begin(fresh.filter(({ exclusive }) => exclusive.length === 0));
    for (const spec of fresh.filter(({ exclusive }) => exclusive.length > 0)) await run.takeOver(spec);
    await options.ports.route(routesOf(run.placed));
  } catch (error) {
    await run.undo();
    throw error;
  }
  await run.removeOld();
  await tidy(specs, options);
  return run.placed;
}

/** Starts each anew, one after another, and waits until it is well. Who connects to it meanwhile waits. */
export async function restartEach(
  placed: readonly Placed[],
  options: ConvergeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { engine, images, log, pace, ports, runtime, settings } = options;
  const local = await images.ensure(
    placed.map(({ spec }) => spec),
    "missing",
    signal,
  );
  const routes = routesOf(placed);
  for (const one of placed) {
    const own = new Set(one.spec.published.map(({ address, host }) => placeOf({ address, port: host })));
    await ports.route(routes.map((route) => (own.has(placeOf(route)) ? { ...route, to: null } : route)));
    try {
      await runtime.stop(one.id, settings.stopGraceMs);
      await runtime.start(one.id);
      const checksHealth = local.get(one.spec.image)?.checksHealth ?? false;
      const problem = await waitReady(one, engine, checksHealth, signal, pace);
      if (problem) throw new Error(problem);
      log("info", `restarted ${one.spec.name}`);
    } finally {
      await ports.route(routes);
    }
  }
}

/** What it cannot remove is tried again at the next change: what runs is right already. */
async function tidy(specs: readonly ContainerSpec[], options: ConvergeOptions): Promise<void> {
  const { images, log, owner, runtime } = options;
  try {
    await runtime.removeNetworks({ [label.agent]: owner.id }, new Set(specs.map(({ network }) => network)));
    await images.settle(specs);
  } catch (error) {
    log("warn", `not all of what is no longer used could be removed: ${messageOf(error)}`);
  }
}

/** All that carry this agent's mark. One that was made and never started may lack its files: it is made anew. */
async function foundBy({ engine, owner, runtime }: ConvergeOptions): Promise<Found[]> {
  const all = await engine.list({ [label.agent]: owner.id });
  for (const { id, state } of all) if (state === "created") await runtime.remove(id);
  return all.filter(({ state }) => state !== "created").map(foundOf);
}

const foundOf = (summary: ContainerSummary): Found => ({
  summary,
  exclusive: (summary.labels[label.exclusive] ?? "").split(" ").filter((one) => one !== ""),
  slot: slotOf({
    app: summary.labels[label.app] ?? "",
    process: summary.labels[label.process] ?? "",
    index: Number(summary.labels[label.index]),
  }),
  hash: summary.labels[label.hash] ?? "",
});

async function makeSurroundings(
  specs: readonly ContainerSpec[],
  { owner, runtime }: ConvergeOptions,
): Promise<void> {
  const marks = (app: string) => ({ [label.agent]: owner.id, [label.app]: app });
  const networks = new Map(specs.map(({ network, app }) => [network, app]));
  const volumes = new Map(specs.flatMap(({ app, mounts }) => mounts.map(({ volume }) => [volume, app])));
  for (const [name, app] of networks) await runtime.ensureNetwork(name, marks(app));
  for (const [name, app] of volumes) await runtime.ensureVolume(name, marks(app));
}

const routesOf = (placed: readonly Placed[]): Route[] =>
  placed.flatMap(({ spec, reach }) =>
    spec.published.map(({ address, container, host }) => ({
      address,
      port: host,
      to: reach.get(container) ?? null,
    })),
  );

/** What is held now, and beside it the new ports: one that is taken by somebody else is known before anything starts. */
async function routesBetween(specs: readonly ContainerSpec[], { ports }: ConvergeOptions): Promise<Route[]> {
  const held = (await ports.held()) ?? [];
  const places = new Set(held.map(placeOf));
  const added = specs
    .flatMap(({ published }) => published)
    .map(({ address, host }) => ({ address, port: host, to: null }))
    .filter((route) => !places.has(placeOf(route)));
  return [...held, ...added];
}

/** One change of what runs, and its way back. */
class Replacement {
  readonly placed: Placed[] = [];
  private readonly options: ConvergeOptions;
  private readonly local: ReadonlyMap<string, LocalImage>;
  private readonly old: readonly Found[];
  private readonly signal: AbortSignal;
  private readonly started: Placed[] = [];
  private readonly stopped: Found[] = [];
  private readonly routesBefore: readonly Route[] | null;

  constructor(
    options: ConvergeOptions,
    local: ReadonlyMap<string, LocalImage>,
    old: readonly Found[],
    routesBefore: readonly Route[] | null,
    signal: AbortSignal,
  ) {
    this.options = options;
    this.local = local;
    this.old = old;
    this.routesBefore = routesBefore;
    this.signal = signal;
  }

  /** One that is there already. If it does not run and should, it is started. */
  async keep(spec: ContainerSpec, id: string): Promise<void> {
    const { engine, log, runtime } = this.options;
    const detail = await engine.inspect(id);
    const placed = { spec, id, reach: await runtime.reach(id) };
    if (detail && (detail.state === "exited" || detail.state === "dead") && endProblem(spec, detail)) {
      log("info", `starting ${spec.name}, which does not run`);
      await runtime.start(id);
    }
    this.placed.push(placed);
  }

  /** Starts these beside what runs, and waits until all of them are well. */
  async begin(specs: readonly ContainerSpec[]): Promise<void> {
    const fresh: Placed[] = [];
    for (const spec of specs) fresh.push(await this.startOne(spec));
    await this.ready(fresh);
  }

  /** Stops what must not run beside it, then starts it. Who connects meanwhile waits. */
  async takeOver(spec: ContainerSpec): Promise<void> {
    const { ports, runtime, settings, log } = this.options;
    const before = this.old.filter(
      (one) => one.slot === slotOf(spec) || one.exclusive.some((thing) => spec.exclusive.includes(thing)),
    );
    if (before.length > 0) {
      const own = new Set(spec.published.map(({ address, host }) => placeOf({ address, port: host })));
      const held = (await ports.held()) ?? [];
      await ports.route(held.map((route) => (own.has(placeOf(route)) ? { ...route, to: null } : route)));
    }
    for (const one of before) {
      if (this.stopped.includes(one)) continue;
      log("info", `stopping ${one.summary.name}: ${spec.name} cannot run beside it`);
      this.stopped.push(one);
      await runtime.stop(one.summary.id, settings.stopGraceMs);
    }
    await this.ready([await this.startOne(spec)]);
  }

  /** Back to what ran before. What goes wrong here is logged: the reason for it is what people need to know. */
  async undo(): Promise<void> {
    const { log, ports, runtime } = this.options;
    const attempt = async (what: string, work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        log("error", `${what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    for (const { spec, id } of this.started) {
      await attempt(`removing ${spec.name}`, () => runtime.remove(id));
    }
    for (const { summary } of this.stopped) {
      await attempt(`starting ${summary.name} again`, () => runtime.start(summary.id));
    }
    await attempt("the ports as they were", async () => {
      const routes = this.routesBefore;
      // A route to nobody only waited for what did not come.
      if (routes) await ports.route(routes.filter(({ to }) => to !== null));
    });
  }

  /** Waits for open connections of the old to end, within bounds, then stops and removes it. */
  async removeOld(): Promise<void> {
    const { log, runtime, settings } = this.options;
    await Promise.all(
      this.old.map(async ({ summary }) => {
        try {
          if (summary.state === "running") await this.drain(summary.id);
          await runtime.stop(summary.id, settings.stopGraceMs);
          await runtime.remove(summary.id);
          log("info", `removed ${summary.name}`);
        } catch (error) {
          log("warn", `${summary.name} could not be removed: ${messageOf(error)}`);
        }
      }),
    );
  }

  private async drain(id: string): Promise<void> {
    const { ports, runtime, settings } = this.options;
    const deadline = Date.now() + settings.drainMs;
    for (const port of (await runtime.reach(id)).values()) {
      while (!this.signal.aborted && Date.now() < deadline && (await ports.connectionsTo(port)) > 0) {
        await new Promise((resolve) => setTimeout(resolve, drainLookMs));
      }
    }
  }

  private async ready(fresh: readonly Placed[]): Promise<void> {
    const { engine, pace } = this.options;
    const problems = await Promise.all(
      fresh.map((placed) =>
        waitReady(
          placed,
          engine,
          this.local.get(placed.spec.image)?.checksHealth ?? false,
          this.signal,
          pace,
        ),
      ),
    );
    const said = problems.filter((problem) => problem !== null);
    if (said.length > 0) throw new Error(said.join("\n"));
    this.placed.push(...fresh);
  }

  private async startOne(spec: ContainerSpec): Promise<Placed> {
    const { log, runtime, settings } = this.options;
    const taken = new Set<number>();
    for (let attempt = 1; ; attempt++) {
      this.signal.throwIfAborted();
      const chosen = await freePorts(spec.reached.length, taken);
      const reach = new Map(spec.reached.map((port, i) => [port, chosen[i] ?? 0]));
      const id = await runtime.create(spec, reach, settings.stopGraceMs);
      const placed = { spec, id, reach };
      this.started.push(placed);
      try {
        await runtime.start(id);
        log("info", `started ${spec.name}`);
        return placed;
      } catch (error) {
        if (attempt === startTries || !isPortClash(error) || spec.reached.length === 0) {
          throw new Error(`${titleOf(spec)} could not be started: ${messageOf(error)}`);
        }
        await runtime.remove(id);
        this.started.pop();
        for (const port of chosen) taken.add(port);
      }
    }
  }
}

const isPortClash = (error: unknown): boolean =>
  error instanceof EngineError && /already allocated|already in use|port is/i.test(error.message);

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
