import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { SecondFactorStep, Session } from "../../../protocol/api/auth.ts";
import { api } from "../../api/client.ts";
import { fieldOf } from "../../api/use-write.ts";
import { TextField } from "../../ui/field.tsx";
import { SsoFailed, SsoSignIn } from "../sso/sso-sign-in.tsx";
import { AuthForm, EmailField, linkClass } from "./auth-form.tsx";
import { enter } from "./enter.ts";
import { AuthFrame } from "./frame.tsx";
import { PasskeyButton } from "./passkey-button.tsx";
import { SecondStep } from "./second-step.tsx";

export function SignInPage() {
  const search = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [step, setStep] = useState<SecondFactorStep["secondFactor"] | null>(null);
  const arrive = (session: Session) => {
    enter(session);
    void navigate({ href: search.return ?? "/" });
  };
  const send = useMutation({
    mutationFn: () => api.callAnonymously("POST /v1/auth/sign-in", { body: { email, password } }),
    onSuccess: (answer) => {
      if ("secondFactor" in answer) setStep(answer.secondFactor);
      else arrive(answer);
    },
  });
  if (step) {
    const goBack = () => {
      setStep(null);
      setPassword("");
    };
    return <SecondStep step={step} onSignedIn={arrive} onBack={goBack} />;
  }
  return (
    <AuthFrame title="Sign in" lead="Back to your fleets.">
      {search.sso ? <SsoFailed failure={search.sso} /> : null}
      <AuthForm action="Sign in" busy={send.isPending} error={send.error} onSubmit={() => send.mutate()}>
        <EmailField value={email} onChange={setEmail} error={fieldOf(send.error, "email")} />
        <TextField
          label="Password"
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={fieldOf(send.error, "password")}
        />
      </AuthForm>
      <div className="mt-3 flex flex-col gap-3">
        <PasskeyButton onSignedIn={arrive} />
        <SsoSignIn email={email} returnTo={search.return} />
      </div>
      <p className="mt-5 flex flex-wrap justify-between gap-x-4 gap-y-1 text-sm text-soft">
        <span>
          New here?{" "}
          <Link to="/sign-up" className={linkClass}>
            Create an account
          </Link>
        </span>
        <Link to="/forgot-password" className={linkClass}>
          Forgot the password?
        </Link>
      </p>
    </AuthFrame>
  );
}
