import { useQuery } from "@tanstack/react-query";
import type { Config } from "../../../protocol/api/configs.ts";
import { ApiError } from "../../api/problem.ts";
import { templateQueries } from "../../api/template-queries.ts";
import { LinkButton } from "../../ui/link-button.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

/** Nothing for a config that was not made from a template. */
export function OriginPanel({ config, refused }: { config: Config; refused: string | undefined }) {
  const origin = useQuery(templateQueries.origin(config.id));
  if (origin.error) {
    const none = origin.error instanceof ApiError && origin.error.code === "not_found";
    return none ? null : <Problem error={origin.error} retry={origin.refetch} />;
  }
  if (!origin.data) return null;
  const { title, latestVersion, outdated, origin: from } = origin.data;
  return (
    <Panel
      title="Template"
      description={`Made from ${title}, version ${from.version}. ${outdated ? `Version ${latestVersion} is there.` : "It is the latest."}`}
    >
      <LinkButton
        to="/configs/$configId/template"
        params={{ configId: config.id }}
        look={outdated ? "primary" : "secondary"}
        refused={refused}
      >
        {outdated ? "Update from the template" : "Change its values"}
      </LinkButton>
    </Panel>
  );
}
