import { useQuery } from "@tanstack/react-query";
import type { Place } from "../../../domain/tenancy/access.ts";
import { queries } from "../../api/queries.ts";
import { SelectField } from "../../ui/field.tsx";

interface PlaceFieldsProps {
  orgId: string;
  place: Place;
  onChange: (place: Place) => void;
}

/** Where something is asked about: anywhere, in a project, or in one of its environments. */
export function PlaceFields({ orgId, place, onChange }: PlaceFieldsProps) {
  const projects = useQuery(queries.projects(orgId)).data ?? [];
  const environments =
    useQuery({ ...queries.environments(place.projectId ?? ""), enabled: place.projectId !== undefined })
      .data ?? [];
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label="Project"
        value={place.projectId ?? ""}
        onChange={(event) => {
          const project = projects.find((each) => each.id === event.target.value);
          onChange({ ...place, projectId: project?.id, environmentId: undefined });
        }}
      >
        <option value="">The organization itself</option>
        {projects.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Environment"
        value={place.environmentId ?? ""}
        disabled={place.projectId === undefined}
        onChange={(event) => {
          const environment = environments.find((each) => each.id === event.target.value);
          onChange({ ...place, environmentId: environment?.id });
        }}
      >
        <option value="">The project itself</option>
        {environments.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
