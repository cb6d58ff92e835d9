import { api } from "../../api/client.ts";

/** What was not a dry run is answered with a receipt. */
const done = <Answer extends object>(answer: Answer) => answer as Extract<Answer, { receipt: object }>;

/** Every drifted agent of the fleet when `agents` is left out. */
export const reapplyDrift = async (fleet: string, agents?: string[]) =>
  done(
    await api.call("POST /v1/fleets/{fleet}/drift/reapply", {
      path: { fleet },
      body: agents ? { agents } : {},
    }),
  );

export const acceptDrift = async (agent: string) =>
  done(await api.call("POST /v1/agents/{agent}/drift/accept", { path: { agent }, body: {} }));
