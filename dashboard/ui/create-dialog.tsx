import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError } from "../api/problem.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { Problem } from "./problem.tsx";

export interface CreateDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

interface Props<T> extends CreateDialogProps {
  title: string;
  description: string;
  action: string;
  create: (name: string) => Promise<T>;
  /** Called once the dialog is closed. */
  onCreated: (made: T) => void;
  /** What else is asked. */
  children?: ReactNode;
}

/** Asks for the name of a new thing. */
export function CreateDialog<T>({
  open,
  onOpenChange,
  title,
  description,
  action,
  create,
  onCreated,
  children,
}: Props<T>) {
  const [name, setName] = useState("");
  const made = useMutation({
    mutationFn: () => create(name),
    onSuccess: (thing) => {
      onOpenChange(false);
      setName("");
      onCreated(thing);
    },
  });
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={description}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          made.mutate();
        }}
      >
        <TextField
          label="Name"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={made.error instanceof ApiError ? made.error.field("name") : undefined}
        />
        {children}
        {made.error ? <Problem error={made.error} /> : null}
        <Button type="submit" look="primary" busy={made.isPending}>
          {action}
        </Button>
      </form>
    </Dialog>
  );
}
