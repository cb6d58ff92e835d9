import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { Agent } from "../../protocol/api/agents.ts";
import type { Config } from "../../protocol/api/configs.ts";
import type { Rollout, StartRolloutBody } from "../../protocol/api/rollouts.ts";
import { root } from "../runtime/paths.ts";
import type { Demo } from "./account.ts";
import type { DemoApi } from "./api.ts";

interface Page<T> {
  items: T[];
}

export async function onlineAgents(api: DemoApi, fleet: string): Promise<Agent[]> {
  return (await api.get<Page<Agent>>(`/v1/fleets/${fleet}/agents?status=online&limit=200`)).items;
}

/** Creates the demo's configs once and rolls them out once; later starts find the rollout and answer null. */
export async function firstRollout(
  api: DemoApi,
  demo: Demo,
  programs: ReadonlySet<string>,
): Promise<Rollout | null> {
  const before = await api.get<Page<Rollout>>(`/v1/fleets/${demo.fleet}/rollouts?limit=1`);
  if (before.items.length > 0) return null;
  const existing = (await api.get<Page<Config>>(`/v1/projects/${demo.project}/configs?limit=200`)).items;
  const ensure = async (name: string, kind: string, path: string): Promise<string> => {
    const found = existing.find((config) => config.name === name);
    if (found) return found.id;
    const content = readFileSync(join(root, path), "utf8");
    const made = await api.post<Config>(`/v1/projects/${demo.project}/configs`, {
      name,
      kind,
      content,
      message: "the demo's first version",
    });
    return made.id;
  };
  const assignments: Extract<StartRolloutBody, { assignments: unknown }>["assignments"] = [
    {
      config: (await ensure("greeting", "file", "examples/greeter/greeter.yaml")) as `cfg_${string}`,
      selector: "app=greeter",
      fileName: "greeter.yaml",
    },
  ];
  if (programs.has("haproxy")) {
    assignments.push({
      config: (await ensure("edge-proxy", "haproxy", "examples/haproxy/haproxy.cfg")) as `cfg_${string}`,
      selector: "app=haproxy",
    });
  }
  const started = await api.post<{ rollout: Rollout }>(`/v1/fleets/${demo.fleet}/rollouts`, {
    assignments,
    strategy: { kind: "rolling", batch: 2 },
    gates: { soakSeconds: 3 },
    message: "First rollout of the demo",
  });
  return started.rollout;
}

export async function rolloutNow(api: DemoApi, id: string): Promise<{ rollout: Rollout; ended: boolean }> {
  const rollout = await api.get<Rollout>(`/v1/rollouts/${id}`);
  return { rollout, ended: isTerminal(rollout.state) };
}
