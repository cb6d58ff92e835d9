import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { Tabs } from "radix-ui";
import { useState } from "react";
import { useWhyNotInFleet } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import { configTabs } from "../../routes/search.ts";
import { Labels } from "../../ui/labels.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Page, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { tabClass } from "../../ui/tabs.ts";
import { ConfigDriftPanel } from "../drift/config-drift.tsx";
import { useScope } from "../shell/scope.ts";
import { EditTab } from "./edit-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";
import { UsesTab } from "./uses-tab.tsx";
import { VersionsTab } from "./versions-tab.tsx";

export function ConfigPage() {
  const { configId } = useParams({ from: "/app/configs/$configId" });
  const search = useSearch({ from: "/app/configs/$configId" });
  const navigate = useNavigate({ from: "/configs/$configId" });
  const config = useQuery(queries.config(configId));
  const { fleet, fleets } = useScope();
  const [fleetId, setFleetId] = useState<string | null>(null);
  const target = fleets.find((each) => each.id === fleetId) ?? fleet;
  /** Once opened, the editor keeps what is written in it while other tabs are looked at. */
  const [editing, setEditing] = useState((search.tab ?? "edit") === "edit");
  const whyNot = useWhyNotInFleet(target?.id);

  if (config.error) {
    return (
      <Page title="Config">
        <Problem error={config.error} retry={config.refetch} />
      </Page>
    );
  }
  if (!config.data) {
    return (
      <Page title="Config">
        <Skeleton rows={8} />
      </Page>
    );
  }
  return (
    <Page
      title={config.data.name}
      description={
        <span className="flex flex-wrap items-center gap-2">
          <Tag>{config.data.kind}</Tag>
          {config.data.latestVersion === 0
            ? "no version yet"
            : `version ${config.data.latestVersion} is the latest`}
          {Object.keys(config.data.labels).length > 0 ? (
            <Labels labels={config.data.labels} most={6} />
          ) : null}
        </span>
      }
      actions={
        target ? (
          <>
            {fleets.length > 1 ? (
              <select
                aria-label="Fleet to deploy to"
                value={target.id}
                onChange={(event) => setFleetId(event.target.value)}
                className="h-8.5 rounded-md border border-line-strong/60 bg-raised px-2 text-sm"
              >
                {fleets.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.name}
                  </option>
                ))}
              </select>
            ) : null}
            {config.data.latestVersion > 0 ? (
              <LinkButton
                to="/fleets/$fleetId/deploy"
                params={{ fleetId: target.id }}
                search={{ config: configId }}
                look="primary"
                refused={whyNot("rollout.write")}
              >
                <Rocket aria-hidden className="size-3.5" />
                Deploy
              </LinkButton>
            ) : null}
          </>
        ) : null
      }
    >
      <Tabs.Root
        value={search.tab ?? "edit"}
        onValueChange={(value) => {
          const tab = configTabs.find((each) => each === value);
          if (tab === "edit") setEditing(true);
          void navigate({ search: tab && tab !== "edit" ? { tab } : {}, replace: true });
        }}
        className="flex flex-col gap-4"
      >
        <Tabs.List aria-label="Config" className="flex gap-1 border-b pb-2">
          <Tabs.Trigger value="edit" className={tabClass}>
            Edit
          </Tabs.Trigger>
          <Tabs.Trigger value="versions" className={tabClass}>
            Versions
          </Tabs.Trigger>
          <Tabs.Trigger value="uses" className={tabClass}>
            Where it runs
          </Tabs.Trigger>
          <Tabs.Trigger value="settings" className={tabClass}>
            Settings
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content
          value="edit"
          {...(editing && { forceMount: true })}
          className="data-[state=inactive]:hidden"
        >
          <EditTab key={config.data.id} config={config.data} />
        </Tabs.Content>
        <Tabs.Content value="versions">
          <VersionsTab config={config.data} />
        </Tabs.Content>
        <Tabs.Content value="uses">
          <div className="flex flex-col gap-5">
            <UsesTab config={config.data} />
            <ConfigDriftPanel configId={config.data.id} />
          </div>
        </Tabs.Content>
        <Tabs.Content value="settings">
          <SettingsTab config={config.data} />
        </Tabs.Content>
      </Tabs.Root>
    </Page>
  );
}
