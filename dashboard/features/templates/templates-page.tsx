import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useWhyNotInProject } from "../../api/access.ts";
import { templateQueries } from "../../api/template-queries.ts";
import { ListPage } from "../../ui/list-page.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Readable } from "../organizations/readable.tsx";

export function TemplatesPage() {
  const { projectId } = useParams({ from: "/app/projects/$projectId/templates" });
  return (
    <Readable key={projectId} projectId={projectId} permission="config.read" title="Templates">
      <Templates projectId={projectId} />
    </Readable>
  );
}

function Templates({ projectId }: { projectId: string }) {
  const templates = useQuery(templateQueries.templates(projectId));
  const refused = useWhyNotInProject(projectId)("config.write");
  const navigate = useNavigate();
  return (
    <ListPage
      title="Templates"
      description="Configs to begin from. What is made from one can take its newer versions later, beside what you changed."
      listLabel="Templates of the project"
      query={templates}
      newLabel="New template"
      onNew={() => void navigate({ to: "/projects/$projectId/templates/new", params: { projectId } })}
      refused={refused}
      empty={{
        title: "The project shares no template yet",
        text: "Share one of your own, or begin from one below.",
      }}
      rowClass="justify-between gap-x-4"
      renderItem={(template) => (
        <Row
          projectId={projectId}
          reference={template.id}
          title={template.title}
          text={template.description || template.name}
          kind={template.kind}
          version={template.latestVersion}
        />
      )}
    >
      <Catalogue projectId={projectId} />
    </ListPage>
  );
}

function Catalogue({ projectId }: { projectId: string }) {
  const catalogue = useQuery(templateQueries.catalogue());
  return (
    <Panel title="Shipped with Muster" flush>
      {catalogue.error ? <Problem error={catalogue.error} retry={catalogue.refetch} /> : null}
      {catalogue.isPending ? <Skeleton /> : null}
      <ul aria-label="Templates shipped with Muster" className="divide-y">
        {catalogue.data?.map((one) => (
          <li
            key={one.name}
            className="relative flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3 hover:bg-hover/50"
          >
            <Row
              projectId={projectId}
              reference={one.name}
              title={one.title}
              text={one.description}
              kind={one.kind}
              version={one.version}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

interface RowProps {
  projectId: string;
  reference: string;
  title: string;
  text: string;
  kind: string;
  version: number;
}

function Row({ projectId, reference, title, text, kind, version }: RowProps) {
  return (
    <>
      <span className="min-w-0 flex-1 basis-64">
        <Link
          to="/projects/$projectId/templates/$template"
          params={{ projectId, template: reference }}
          className="font-semibold break-words after:absolute after:inset-0"
        >
          {title}
        </Link>
        <span className="block text-sm break-words text-soft">{text}</span>
      </span>
      <span className="flex items-center gap-2 text-sm text-soft">
        <Tag>{kind}</Tag>
        version {version}
      </span>
    </>
  );
}
