import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { focusSearch, useShortcut } from "../../lib/shortcuts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useScope } from "./scope.ts";

const openEvent = "muster:shortcuts";

export function openShortcuts(): void {
  dispatchEvent(new Event(openEvent));
}

/** A second key after `g` must come within this time. */
const sequenceMs = 1500;

const keys: [string[], string][] = [
  [["/"], "Search on this page"],
  [["g", "a"], "Go to the fleet's agents"],
  [["g", "r"], "Go to rollouts"],
  [["g", "e"], "Go to events"],
  [["g", "f"], "Go to fleets"],
  [["g", "c"], "Go to configs"],
  [["g", "m"], "Go to members"],
  [["g", "u"], "Go to usage and price"],
  [["?"], "Show these shortcuts"],
  [["Esc"], "Close a dialog or a menu"],
];

export function ShortcutKeys() {
  const [open, setOpen] = useState(false);
  const { organization, project, fleet } = useScope();
  const navigate = useNavigate();
  const goUntil = useRef(0);

  useEffect(() => {
    const show = () => setOpen(true);
    addEventListener(openEvent, show);
    return () => removeEventListener(openEvent, show);
  }, []);

  const go = useCallback((act: () => void) => {
    if (performance.now() < goUntil.current) act();
    goUntil.current = 0;
  }, []);
  useShortcut("/", focusSearch);
  useShortcut("?", openShortcuts);
  useShortcut(
    "g",
    useCallback(() => {
      goUntil.current = performance.now() + sequenceMs;
    }, []),
  );
  const fleetId = fleet?.id;
  const projectId = project?.id;
  const orgId = organization?.id;
  useShortcut("a", () => go(() => fleetId && void navigate({ to: "/fleets/$fleetId", params: { fleetId } })));
  useShortcut("r", () =>
    go(() => fleetId && void navigate({ to: "/fleets/$fleetId/rollouts", params: { fleetId } })),
  );
  useShortcut("e", () =>
    go(() => fleetId && void navigate({ to: "/fleets/$fleetId/events", params: { fleetId } })),
  );
  useShortcut("f", () =>
    go(() => projectId && void navigate({ to: "/projects/$projectId/fleets", params: { projectId } })),
  );
  useShortcut("c", () =>
    go(() => projectId && void navigate({ to: "/projects/$projectId/configs", params: { projectId } })),
  );
  useShortcut("m", () => go(() => orgId && void navigate({ to: "/orgs/$orgId/members", params: { orgId } })));
  useShortcut("u", () => go(() => orgId && void navigate({ to: "/orgs/$orgId/usage", params: { orgId } })));

  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Keyboard shortcuts"
      description="They act anywhere but in a field."
    >
      <dl className="grid grid-cols-[max-content_1fr] items-center gap-x-6 gap-y-2.5">
        {keys.map(([sequence, meaning]) => (
          <div key={meaning} className="contents">
            <dt className="flex gap-1">
              {sequence.map((key) => (
                <kbd
                  key={key}
                  className="min-w-6 rounded border bg-sunken px-1.5 py-0.5 text-center font-mono text-xs"
                >
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
