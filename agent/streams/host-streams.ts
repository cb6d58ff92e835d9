import { existsSync } from "node:fs";
import type { StreamKind } from "../../domain/streams/streams.ts";
import { execCapability, streamsCapability } from "../../protocol/custom/agent.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Log } from "../log.ts";
import type { ExecSettings } from "../settings/exec.ts";
import { AgentStreams, type ServeStream } from "./streams.ts";

export interface HostStreamsSettings {
  /** Left out = nobody runs commands here. */
  exec?: ExecSettings;
  /** Where the agent's own containers run. */
  containers?: { engine: string };
}

const engineSockets = ["/var/run/docker.sock", "/run/podman/podman.sock"];

/** What this host serves over streams, by its settings; what serves it is loaded with the first stream. */
export function hostStreams(
  { exec, containers }: HostStreamsSettings,
  endpoint: () => string,
  log: Log,
  logs: { capabilities: readonly string[]; serve: ServeStream },
): AgentStreams {
  const serve: Partial<Record<StreamKind, ServeStream>> = {
    ...(exec && { exec: execOf({ ...exec, engine: exec.engine ?? containers?.engine ?? null }, log) }),
    logs: logs.serve,
  };
  const said = [...(exec ? [execCapability] : []), ...logs.capabilities];
  const capabilities = said.length > 0 ? [streamsCapability, ...said] : [];
  return new AgentStreams({ endpoint, serve, capabilities, log });
}

function execOf(settings: ExecSettings, log: Log): ServeStream {
  let loaded: Promise<ServeStream> | null = null;
  return async (message, link) => {
    loaded ??= import("../exec/exec.ts").then(({ execStreams }) =>
      execStreams({ settings, engine: () => engineOf(settings), log }),
    );
    return (await loaded)(message, link);
  };
}

/** null = none is named, and none is where engines usually are. */
async function engineOf({ engine }: ExecSettings): Promise<ContainerEngine | null> {
  const found = engineSockets.find((path) => existsSync(path));
  const address = engine ?? (found ? `unix://${found}` : null);
  if (address === null) return null;
  const { dockerEngine } = await import("../containers/docker-engine.ts");
  return dockerEngine(address);
}
