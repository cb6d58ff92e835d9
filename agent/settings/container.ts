import { isMap, type Node } from "yaml";
import { defaultEngine, engineAddressProblem } from "../containers/docker-client.ts";
import { assign, type Reader } from "./reader.ts";

/** Who pulls at a registry. The password is read from its file at each pull, so that it may be changed meanwhile. */
export interface RegistryLogin {
  username: string;
  passwordFile: string;
}

/** `supervise: {driver: container}`: apps of kind `container`, run by an engine of this host. */
export interface ContainerSettings {
  /** `unix:///…` */
  engine: string;
  /** By the registry's host as references write it, `docker.io` where they write none. */
  registries: Readonly<Record<string, RegistryLogin>>;
  /** Keeps what several agents of one host run apart, and their volumes; null = named after the state folder. */
  project: string | null;
  /** Images that this agent pulled go when neither the running nor the previous config names them. */
  prune: boolean;
  /** How long connections to a container that was replaced may go on. */
  drainMs: number;
  /** Between SIGTERM and SIGKILL. */
  stopGraceMs: number;
  /** For one image. */
  pullTimeoutMs: number;
}

const projectName = /^[a-z0-9][a-z0-9-]{0,39}$/;

export const defaultContainerSettings: ContainerSettings = {
  engine: defaultEngine,
  registries: {},
  project: null,
  prune: true,
  drainMs: 10_000,
  stopGraceMs: 10_000,
  pullTimeoutMs: 600_000,
};

/** What `supervise.driver` says; undefined = nothing. */
export const driverNamed = (supervise: Node): unknown =>
  isMap(supervise) ? supervise.get("driver") : undefined;

export function readContainerSettings(reader: Reader, root: Node, folder: string): ContainerSettings {
  const settings = { ...defaultContainerSettings };
  reader.keys(root, '"supervise" with driver container', {
    driver: () => {},
    engine: (node) => {
      const engine = reader.text(node, "supervise.engine");
      const problem = engine && engineAddressProblem(engine);
      if (problem) reader.fail(node, problem);
      assign(settings, "engine", engine);
    },
    registries: (node) => {
      settings.registries = readRegistries(reader, node, folder);
    },
    project: (node) => {
      const project = reader.text(node, "supervise.project");
      if (project !== undefined && !projectName.test(project)) {
        reader.fail(node, '"supervise.project" has letters a-z, digits and -, 40 at most');
      }
      assign(settings, "project", project);
    },
    prune: (node) => {
      const word = reader.text(node, "supervise.prune");
      if (word !== "true" && word !== "false") reader.fail(node, '"supervise.prune" must be true or false');
      settings.prune = word !== "false";
    },
    drainSeconds: (node) => {
      settings.drainMs = reader.seconds(node, "supervise.drainSeconds");
    },
    stopGraceSeconds: (node) => {
      settings.stopGraceMs = reader.seconds(node, "supervise.stopGraceSeconds");
    },
    pullTimeoutSeconds: (node) => {
      settings.pullTimeoutMs = reader.seconds(node, "supervise.pullTimeoutSeconds");
    },
  });
  return settings;
}

function readRegistries(reader: Reader, node: Node, folder: string): Record<string, RegistryLogin> {
  const registries: Record<string, RegistryLogin> = {};
  for (const { key, value } of reader.maps(node, "supervise.registries")) {
    const login: Partial<RegistryLogin> = {};
    const before = reader.problemCount;
    reader.keys(value, `"supervise.registries.${key}"`, {
      username: (inner) => assign(login, "username", reader.text(inner, "username")),
      passwordFile: (inner) => assign(login, "passwordFile", reader.path(inner, "passwordFile", folder)),
    });
    const { username, passwordFile } = login;
    if (username !== undefined && passwordFile !== undefined) registries[key] = { username, passwordFile };
    else if (reader.problemCount === before) {
      reader.fail(value, `"supervise.registries.${key}" needs "username" and "passwordFile"`);
    }
  }
  return registries;
}
