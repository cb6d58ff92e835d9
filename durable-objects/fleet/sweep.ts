import type { Commits } from "./commits.ts";
import type { WireParts } from "./on-agent-message.ts";
import { goOffline } from "./presence.ts";
import type { Session } from "./sessions.ts";

/** Ends the sessions of agents whose silence says that they are gone, dated to their last sign of life. */
export function sweepSilent(commits: Commits, parts: WireParts): void {
  const nowMs = commits.nowMs();
  const silent: Session[] = [];
  for (const session of parts.sessions.all()) {
    if (parts.sessions.goneAtMs(session) <= nowMs) silent.push(session);
  }
  if (silent.length === 0) return;
  commits.commit((tx) => {
    for (const session of silent) {
      const lastSeenMs = parts.sessions.lastSeenMs(session);
      parts.sessions.end(session);
      const agent = parts.store.agents.get(session.agentId);
      if (agent) goOffline(tx, parts, agent, lastSeenMs);
      tx.after(() => parts.sessions.close(session, "No sign of life: dial again"));
    }
  });
}
