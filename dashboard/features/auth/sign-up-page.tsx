import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { SignUpAnswer } from "../../api/types.ts";
import { TextField } from "../../ui/field.tsx";
import { CredentialsPage } from "./credentials-page.tsx";

export function SignUpPage() {
  const navigate = useNavigate();
  const [organizationName, setOrganizationName] = useState("");
  return (
    <CredentialsPage<SignUpAnswer>
      title="Create an account"
      lead="You get an organization with a project, a production environment and a first fleet."
      path="/v1/auth/sign-up"
      action="Create account"
      newPassword
      extra={{ organizationName }}
      fields={(refused) => (
        <TextField
          label="Organization"
          name="organization"
          autoComplete="organization"
          required
          maxLength={100}
          value={organizationName}
          onChange={(event) => setOrganizationName(event.target.value)}
          error={refused("organizationName")}
        />
      )}
      onSignedIn={(answer) =>
        void navigate({ to: "/fleets/$fleetId", params: { fleetId: answer.created.fleet } })
      }
      footer={
        <>
          Already have one?{" "}
          <Link to="/sign-in" className="font-medium text-accent underline underline-offset-2">
            Sign in
          </Link>
        </>
      }
    />
  );
}
