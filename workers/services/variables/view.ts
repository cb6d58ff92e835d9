import type { VariableRow } from "../../../db/queries/inputs.ts";
import { type InputScope, levelOf } from "../../../domain/configs/inputs/values.ts";
import { decodeVariable } from "../../../domain/configs/inputs/variables.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Variable } from "../../../protocol/api/variables.ts";
import { iso } from "../time.ts";

/** `fleetId` "" = every fleet. */
export const placeOfRow = ({
  fleetId,
  selector,
}: Pick<VariableRow, "fleetId" | "selector">): InputScope & { fleet: FleetId | null } => ({
  fleet: fleetId === "" ? null : fleetId,
  selector,
});

export function variableView(row: VariableRow): Variable {
  const place = placeOfRow(row);
  return {
    id: row.id,
    environmentId: row.environmentId,
    name: row.name,
    ...place,
    level: levelOf(place),
    type: row.type,
    value: decodeVariable({ type: row.type, text: row.value }),
    description: row.description,
    author: row.author,
    version: row.version,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  };
}

export const variableEtag = ({ version }: Pick<VariableRow, "version">): string => `"${version}"`;
