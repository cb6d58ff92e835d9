import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { api } from "../../api/client.ts";
import { invalidate } from "../../api/queries.ts";
import { refresh, type SignedIn } from "../../api/session.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

export function ProfilePanel({ user }: { user: SignedIn["user"] }) {
  const [name, setName] = useState(user.name ?? "");
  const save = useMutation({
    mutationFn: () => api.call("PATCH /v1/me", { body: { name: name.trim() || null } }),
    onSuccess: async () => {
      toast.success("Your name is saved.");
      await Promise.all([refresh(), invalidate("/v1/me")]);
    },
  });
  return (
    <Panel title="Profile">
      <form
        className="flex max-w-md flex-col items-start gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextField
          label="Name"
          className="w-full"
          autoComplete="name"
          maxLength={100}
          hint="As others see you. Empty: they see your e-mail address."
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={fieldOf(save.error, "name")}
        />
        {save.error ? <Problem error={save.error} /> : null}
        <Button type="submit" busy={save.isPending} disabled={name.trim() === (user.name ?? "")}>
          Save name
        </Button>
      </form>
    </Panel>
  );
}
