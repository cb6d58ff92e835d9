import { X } from "lucide-react";
import { AlertDialog, Dialog as Radix } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";
import { cx } from "../lib/class-names.ts";
import { Button, buttonClass, IconButton } from "./button.tsx";
import { TextField } from "./field.tsx";

const overlay = "fixed inset-0 z-40 bg-black/45 appear";
const box =
  "fixed z-50 flex flex-col border border-line bg-raised shadow-float appear " +
  "inset-x-0 bottom-0 max-h-[94dvh] rounded-t-xl sm:inset-auto sm:top-1/2 sm:left-1/2 sm:max-h-[88dvh] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: string;
  wide?: boolean;
  children: ReactNode;
  footer?: ReactNode;
}

export function Dialog({ open, onOpenChange, title, description, wide, children, footer }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={overlay} />
        <Radix.Content className={cx(box, wide ? "sm:w-[min(60rem,94vw)]" : "sm:w-[min(30rem,94vw)]")}>
          <header className="flex items-start gap-4 border-b px-5 py-4">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              <Radix.Description className="mt-0.5 text-sm text-soft">{description}</Radix.Description>
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" className="-mr-1.5">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </header>
          {/* Scrolls by keyboard too. */}
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer ? (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">
              {footer}
            </footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What happens, and whether it can be undone. */
  children: ReactNode;
  action: string;
  danger?: boolean;
  busy?: boolean;
  /** Must be typed first: for what cannot be undone. */
  named?: string;
  onConfirm: () => void;
}

/** The dialog stays open while busy; the caller closes it when the answer is there. */
export function Confirm({
  open,
  onOpenChange,
  title,
  children,
  action,
  danger,
  busy,
  named,
  onConfirm,
}: ConfirmProps) {
  const [typed, setTyped] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: each opening asks anew.
  useEffect(() => setTyped(""), [open]);
  const sure = named === undefined || typed.trim() === named;
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlay} />
        <AlertDialog.Content className={cx(box, "sm:w-[min(28rem,94vw)] p-5")}>
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 text-base text-soft">{children}</div>
          </AlertDialog.Description>
          {named === undefined ? null : (
            <TextField
              label={`Type ${named} to confirm`}
              className="mt-4"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel className={buttonClass("secondary")}>Keep as it is</AlertDialog.Cancel>
            <Button
              look={danger ? "danger" : "primary"}
              busy={busy ?? false}
              disabled={!sure}
              onClick={onConfirm}
            >
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
