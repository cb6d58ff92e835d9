import { createHash } from "node:crypto";
import { parseImage } from "../../domain/configs/container/image.ts";
import type { App, AppHealth, AppProcess } from "./app.ts";

/** One container that has to run: all that makes it what it is. */
export interface ContainerSpec {
  app: string;
  process: string;
  /** Counts from 1 among the replicas. */
  index: number;
  /** Of everything that makes it; another hash is another container. */
  hash: string;
  name: string;
  /** What the engine is asked for: by digest where one is known. */
  image: string;
  pullPolicy: "missing" | "always" | "never";
  /** null = the image's own. */
  command: readonly string[] | null;
  env: readonly string[];
  files: readonly { path: string; content: string }[];
  labels: Readonly<Record<string, string>>;
  memoryBytes: number | null;
  cpus: number | null;
  restart: "always" | "on-failure" | "never";
  mounts: readonly { volume: string; path: string; readOnly: boolean }[];
  network: string;
  health: AppHealth | null;
  /** Ports of the host that the agent holds and hands connections of to this container. */
  published: readonly HeldPort[];
  /** Ports of the host that the engine itself publishes, since they cannot be handed over: UDP. */
  bound: readonly { container: number; host: number; address: string }[];
  /** TCP ports of the container that the agent has to reach, each by a port of loopback. */
  reached: readonly number[];
  /** What no two containers may have at the same time: a volume to write to, a port of the host that is not handed over. */
  exclusive: readonly string[];
}

export interface HeldPort {
  container: number;
  host: number;
  /** "" = all addresses. */
  address: string;
}

/** What marks a container, volume or network as this agent's. */
export const label = {
  agent: "io.muster.agent",
  app: "io.muster.app",
  process: "io.muster.process",
  index: "io.muster.index",
  hash: "io.muster.hash",
  exclusive: "io.muster.exclusive",
} as const;

export interface Owner {
  /** Value of the label `io.muster.agent`. */
  id: string;
  /** Names of containers, volumes and networks begin with it. */
  prefix: string;
}

/** The agent's own mark: its project, or else its state folder, which outlives a new enrolment. */
export function ownerOf(project: string | null, stateDir: string): Owner {
  const folder = createHash("sha256").update(stateDir).digest("hex").slice(0, 12);
  return { id: project ?? `folder-${folder}`, prefix: project ? `muster-${project}` : "muster" };
}

/** Every container of the apps, in the order in which they are written. */
export const specsOf = (apps: readonly App[], owner: Owner): ContainerSpec[] =>
  apps.flatMap((app) =>
    Object.entries(app.manifest.processes).flatMap(([name, process]) =>
      Array.from({ length: process.replicas ?? 1 }, (_, i) => specOf(app, name, process, i + 1, owner)),
    ),
  );

function specOf(app: App, name: string, process: AppProcess, index: number, owner: Owner): ContainerSpec {
  const { manifest } = app;
  const secrets = Object.values(manifest.secrets ?? {});
  const ports = process.ports ?? [];
  const tcp = ports.filter(({ protocol }) => protocol !== "udp");
  const published = tcp.flatMap(({ container, host, address }) =>
    host === undefined ? [] : [{ container, host, address: address ?? "" }],
  );
  const bound = ports.flatMap(({ container, host, address, protocol }) =>
    host === undefined || protocol !== "udp" ? [] : [{ container, host, address: address ?? "" }],
  );
  const mounts = (process.mounts ?? []).map(({ volume, path, readOnly }) => ({
    volume: `${owner.prefix}-${app.name}-${volume}`,
    path,
    readOnly: readOnly ?? false,
  }));
  const health = process.health ?? null;
  const asked = health?.http?.port ?? health?.tcp?.port;
  const what = {
    image: pullReference(manifest.image.ref),
    command: process.command ?? null,
    env: [
      ...Object.entries(manifest.env ?? {}).map(([key, value]) => `${key}=${value}`),
      ...secrets.flatMap(({ env, value }) => (env === undefined ? [] : [`${env}=${value}`])),
    ],
    files: secrets.flatMap(({ file, value }) => (file === undefined ? [] : [{ path: file, content: value }])),
    memoryBytes: process.resources?.memory ?? null,
    cpus: process.resources?.cpu ?? null,
    restart: process.restart ?? ("always" as const),
    mounts,
    network: `${owner.prefix}-${app.name}`,
    health,
    published,
    bound,
    reached: [
      ...new Set([...published.map(({ container }) => container), ...(asked === undefined ? [] : [asked])]),
    ],
    exclusive: [
      ...bound.map(({ host }) => `udp:${host}`),
      ...mounts.filter(({ readOnly }) => !readOnly).map(({ volume }) => `volume:${volume}`),
    ],
  };
  const identity = JSON.stringify([owner.id, app.name, name, index, what]);
  const hash = createHash("sha256").update(identity).digest("hex");
  return {
    app: app.name,
    process: name,
    index,
    hash,
    name: `${owner.prefix}-${app.name}-${name}-${index}-${hash.slice(0, 8)}`,
    pullPolicy: manifest.image.pullPolicy ?? "missing",
    labels: {
      [label.agent]: owner.id,
      [label.app]: app.name,
      [label.process]: name,
      [label.index]: String(index),
      [label.hash]: hash,
      [label.exclusive]: what.exclusive.join(" "),
    },
    ...what,
  };
}

/** Engines refuse a reference with a tag and a digest, or ignore the one or the other: the digest is what was meant. */
function pullReference(ref: string): string {
  const read = parseImage(ref);
  if ("fault" in read || read.digest === null) return ref;
  const named = ref.slice(0, ref.indexOf("@"));
  const bare = read.tag === null ? named : named.slice(0, named.length - read.tag.length - 1);
  return `${bare}@${read.digest}`;
}

/** Which container of which process: the one that takes its place has another hash. */
export const slotOf = (one: { app: string; process: string; index: number }): string =>
  `${one.app}/${one.process}/${one.index}`;

/** As people call it. */
export const titleOf = (one: { app: string; process: string; index: number }): string =>
  `${one.app}/${one.process} ${one.index}`;
