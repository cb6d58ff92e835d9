import { SelectField } from "../../ui/field.tsx";
import { type RoleName, useRoleChoices } from "./use-role-choices.ts";

interface RoleSelectProps {
  orgId: string;
  label?: string;
  value: RoleName;
  onChange: (role: RoleName) => void;
  error?: string | undefined;
  className?: string;
  /** The role holds in a narrower scope than the organization, so the server alone can say whether it is too much. */
  narrowed?: boolean;
}

/** The roles that somebody may be given; nobody gives more than they have. */
export function RoleSelect({
  orgId,
  label = "Role",
  value,
  onChange,
  error,
  className,
  narrowed = false,
}: RoleSelectProps) {
  const choices = useRoleChoices(orgId);
  const chosen = choices.find((each) => each.value === value);
  return (
    <SelectField
      label={label}
      value={value}
      onChange={(event) => {
        const role = choices.find((each) => each.value === event.target.value);
        if (role) onChange(role.value);
      }}
      error={error}
      hint={chosen?.summary}
      {...(className ? { className } : {})}
    >
      {choices.map(({ value: role, name, tooMuch }) => {
        const refused = tooMuch && !narrowed && role !== value;
        return (
          <option key={role} value={role} disabled={refused}>
            {name}
            {refused ? " (more than you may do)" : ""}
          </option>
        );
      })}
    </SelectField>
  );
}
