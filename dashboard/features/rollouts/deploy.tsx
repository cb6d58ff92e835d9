import { type ComponentProps, lazy, Suspense, useEffect, useState } from "react";

const DeployDialog = lazy(async () => ({ default: (await import("./deploy-dialog.tsx")).DeployDialog }));

/** The deploy dialog, fetched when it is first opened. */
export function Deploy(props: ComponentProps<typeof DeployDialog>) {
  const [asked, setAsked] = useState(false);
  const { open } = props;
  useEffect(() => {
    if (open) setAsked(true);
  }, [open]);
  return asked ? (
    <Suspense>
      <DeployDialog {...props} />
    </Suspense>
  ) : null;
}
