import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { CredentialsPage } from "./credentials-page.tsx";

export function SignInPage() {
  const search = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  return (
    <CredentialsPage
      title="Sign in"
      lead="Back to your fleets."
      path="/v1/auth/sign-in"
      action="Sign in"
      onSignedIn={() => void navigate({ href: search.return ?? "/" })}
      footer={
        <>
          New here?{" "}
          <Link to="/sign-up" className="font-medium text-accent underline underline-offset-2">
            Create an account
          </Link>
        </>
      }
    />
  );
}
