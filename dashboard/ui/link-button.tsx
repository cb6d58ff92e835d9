import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { Button, type ButtonLook, buttonClass } from "./button.tsx";

interface AnchorProps extends ComponentProps<"a"> {
  look?: ButtonLook;
  size?: "sm" | "md";
  /** Why the person may not go there: it then is a button that says so. */
  refused?: string | undefined;
}

function Anchor({ look, size, refused, children, ...rest }: AnchorProps) {
  if (refused !== undefined) {
    return (
      <Button {...(look ? { look } : {})} {...(size ? { size } : {})} refused={refused}>
        {children}
      </Button>
    );
  }
  return (
    <a {...rest} className={buttonClass(look, size)}>
      {children}
    </a>
  );
}

/** A way to another page that looks like a button. */
export const LinkButton = createLink(Anchor);
