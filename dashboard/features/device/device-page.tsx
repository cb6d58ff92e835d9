import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { DeviceRequest } from "../../../protocol/api/device.ts";
import { api } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Facts, Page, Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Time } from "../../ui/time.tsx";

/** Where a person approves the sign-in of a device without a browser. */
export function DevicePage() {
  const { code: given } = useSearch({ from: "/app/device" });
  const [code, setCode] = useState(given ?? "");
  const find = useMutation({
    mutationFn: (userCode: string) => api.call("POST /v1/auth/device/find", { body: { userCode } }),
  });
  const { mutate } = find;
  useEffect(() => {
    if (given) mutate(given);
  }, [given, mutate]);
  return (
    <Page title="Sign in a device" description="A program on another machine asks to sign in as you.">
      {find.data ? (
        <Decide key={find.data.userCode} request={find.data} />
      ) : (
        <Panel title="The code that the device shows">
          <form
            className="flex max-w-sm flex-col gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              find.mutate(code);
            }}
          >
            <TextField
              label="Code"
              required
              autoComplete="off"
              spellCheck={false}
              placeholder="BCDF-GHJK"
              maxLength={20}
              value={code}
              onChange={(event) => setCode(event.target.value)}
              error={fieldOf(find.error, "userCode")}
            />
            {find.error ? <Problem error={find.error} /> : null}
            <Button type="submit" look="primary" busy={find.isPending}>
              Look it up
            </Button>
          </form>
        </Panel>
      )}
    </Page>
  );
}

function Decide({ request }: { request: DeviceRequest }) {
  const email = useSession()?.user.email;
  const decide = useMutation({
    mutationFn: (decision: "approve" | "deny") =>
      api.call("POST /v1/auth/device/decide", { body: { userCode: request.userCode, decision } }),
  });
  const decision = decide.data?.decision ?? request.decision;
  if (decision !== null) {
    return (
      <Panel title={decision === "approve" ? "Approved" : "Denied"}>
        <p role="status">
          {decision === "approve"
            ? "The device signs in within a few seconds. You can close this page; its session is among those of your account, where you can end it."
            : "The device does not get in. If you did not begin this yourself, somebody else may know your address; nothing more is needed."}
        </p>
        {decision === "approve" ? (
          <p className="mt-3">
            <Link to="/account" className="font-medium text-accent underline underline-offset-2">
              Your sessions
            </Link>
          </p>
        ) : null}
      </Panel>
    );
  }
  return (
    <Panel title="Is this you?">
      <div className="flex flex-col gap-5">
        <Facts
          items={[
            [
              "Code",
              <code key="code" className="font-mono text-lg tracking-wider">
                {request.userCode}
              </code>,
            ],
            ["Device", request.client],
            ["Asks from", request.address === "" ? "an address that is not known" : request.address],
            ["Since", <Time key="since" at={request.createdAt} />],
            ["Would sign in as", email ?? ""],
          ]}
        />
        <p className="text-sm text-soft">
          Approve only if you began this yourself and the device shows the same code. Nobody from Muster ever
          asks you to.
        </p>
        {decide.error ? <Problem error={decide.error} /> : null}
        <div className="flex flex-wrap gap-2">
          <Button look="primary" busy={decide.isPending} onClick={() => decide.mutate("approve")}>
            Approve
          </Button>
          <Button busy={decide.isPending} onClick={() => decide.mutate("deny")}>
            Deny
          </Button>
        </div>
      </div>
    </Panel>
  );
}
