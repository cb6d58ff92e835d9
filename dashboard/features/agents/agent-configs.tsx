import { Tabs } from "radix-ui";
import { useState } from "react";
import type { AgentDetail } from "../../../protocol/api/agents.ts";
import { shortHash } from "../../lib/format.ts";
import { Panel } from "../../ui/page.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { tabClass } from "../../ui/tabs.ts";
import { DiffView } from "../configs/diff-view.tsx";

type File = AgentDetail["effectiveConfig"][number];

/** What the agent says it runs, beside what it should run. */
export function AgentConfigs({ agent }: { agent: AgentDetail }) {
  const names = [...new Set([...agent.wantedConfig, ...agent.effectiveConfig].map((file) => file.name))];
  const [chosen, setChosen] = useState<string | null>(null);
  const name = names.find((each) => each === chosen) ?? names[0];
  const wanted = agent.wantedConfig.find((file) => file.name === name);
  const effective = agent.effectiveConfig.find((file) => file.name === name);
  return (
    <Panel
      title="Config"
      description={`Wanted ${shortHash(agent.config.wantedHash)}, reported ${shortHash(agent.config.reportedHash)}`}
      actions={
        names.length > 1 ? (
          <select
            aria-label="File"
            value={name}
            onChange={(event) => setChosen(event.target.value)}
            className="h-8 rounded-md border bg-raised px-2 text-sm"
          >
            {names.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        ) : name ? (
          <code className="font-mono text-sm">{name}</code>
        ) : null
      }
    >
      {name ? (
        <Tabs.Root defaultValue="effective">
          <Tabs.List aria-label="Config" className="mb-3 flex gap-1">
            <Tabs.Trigger value="effective" className={tabClass}>
              Effective
            </Tabs.Trigger>
            <Tabs.Trigger value="wanted" className={tabClass}>
              Wanted
            </Tabs.Trigger>
            <Tabs.Trigger value="difference" className={tabClass}>
              Difference
            </Tabs.Trigger>
          </Tabs.List>
          <Tabs.Content value="effective">
            <FileText
              file={effective}
              label="Effective config"
              missing="The agent has not reported this file."
            />
          </Tabs.Content>
          <Tabs.Content value="wanted">
            <FileText file={wanted} label="Wanted config" missing="The agent should not have this file." />
          </Tabs.Content>
          <Tabs.Content value="difference">
            <DiffView
              older={effective?.content ?? ""}
              newer={wanted?.content ?? ""}
              olderName="effective"
              newerName="wanted"
            />
          </Tabs.Content>
        </Tabs.Root>
      ) : (
        <p className="text-soft">
          Nothing is assigned to this agent, and it has reported no config of its own.
        </p>
      )}
    </Panel>
  );
}

function FileText({ file, label, missing }: { file: File | undefined; label: string; missing: string }) {
  if (!file) return <p className="text-soft">{missing}</p>;
  if (file.encoding === "base64") {
    return <p className="text-soft">This file is not text ({file.contentType || "no content type"}).</p>;
  }
  return (
    <ScrollBox label={label} className="max-h-96 overflow-auto rounded-md border bg-sunken p-3">
      <pre className="font-mono text-sm">{file.content}</pre>
    </ScrollBox>
  );
}
