import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Problem } from "./problem.tsx";

interface WriteDialogProps {
  title: string;
  description: string;
  wide?: boolean;
  /** What the button says that sends it. */
  action: string;
  look?: "primary" | "danger";
  disabled?: boolean;
  write: { error: unknown; isPending: boolean };
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A form in a dialog that is there while it is shown: what is asked, what was refused, one button. */
export function WriteDialog({
  title,
  description,
  wide = false,
  action,
  look = "primary",
  disabled = false,
  write,
  onSubmit,
  onClose,
  children,
}: WriteDialogProps) {
  return (
    <Dialog
      open
      wide={wide}
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {write.error ? <Problem error={write.error} /> : null}
        <Button type="submit" look={look} busy={write.isPending} disabled={disabled}>
          {action}
        </Button>
      </form>
    </Dialog>
  );
}
