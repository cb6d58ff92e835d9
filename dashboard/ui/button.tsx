import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { toast } from "sonner";
import { cx } from "../lib/class-names.ts";

const looks = {
  primary: "bg-ink text-on-ink hover:bg-ink-hover border-transparent",
  secondary: "bg-raised text-text hover:bg-hover border-line-strong/60",
  quiet:
    "bg-transparent text-soft hover:bg-hover hover:text-text border-transparent aria-pressed:bg-hover aria-pressed:text-text",
  danger: "bg-bad-tint text-bad hover:brightness-95 dark:hover:brightness-125 border-bad/40",
} as const;

export type ButtonLook = keyof typeof looks;

export function buttonClass(look: ButtonLook = "secondary", size: "sm" | "md" = "md"): string {
  return cx(
    "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap",
    "transition-colors select-none disabled:opacity-55 aria-disabled:opacity-55",
    size === "sm" ? "h-7 px-2.5 text-sm" : "h-8.5 px-3.5 text-sm",
    looks[look],
  );
}

interface ButtonProps extends ComponentProps<"button"> {
  look?: ButtonLook;
  size?: "sm" | "md";
  busy?: boolean;
  /** Why it may not be pressed: it stays within reach of pointer, finger and keyboard, and says so. */
  refused?: string | undefined;
}

export function Button({
  look,
  size,
  busy = false,
  refused,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  if (refused !== undefined) {
    return (
      <button
        type="button"
        aria-disabled
        title={refused}
        onClick={() => toast.info(refused, { id: refused })}
        className={cx(buttonClass(look, size), "cursor-not-allowed", className)}
      >
        {children}
      </button>
    );
  }
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cx(buttonClass(look, size), className)}
    >
      {busy ? <LoaderCircle aria-hidden className="size-3.5 animate-spin" /> : null}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  label: string;
  children: ReactNode;
}

export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(
        "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-text",
        "disabled:opacity-50 [&_svg]:size-4",
        className,
      )}
    >
      {children}
    </button>
  );
}
