import type { VariableRow } from "../../../db/queries/inputs.ts";
import type { FrozenVariable } from "../../../domain/configs/inputs/values.ts";

/** A variable's row as a release keeps it. */
export const frozenVariable = ({
  id,
  name,
  type,
  value,
  selector,
  fleetId,
}: VariableRow): FrozenVariable => ({
  id,
  name,
  type,
  value,
  selector,
  fleet: fleetId === "" ? null : fleetId,
});
