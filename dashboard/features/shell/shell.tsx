import { Outlet, useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { Menu, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { lazy, Suspense, useEffect, useState } from "react";
import { usePresenceAsked } from "../../api/presence.ts";
import { useSession } from "../../api/session.ts";
import { readReturn } from "../../routes/search.ts";
import { IconButton } from "../../ui/button.tsx";
import { Logo } from "../../ui/logo.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Navigation } from "./navigation.tsx";
import { useScope } from "./scope.ts";
import { ShortcutKeys } from "./shortcut-keys.tsx";

const BlockedOrganization = lazy(async () => ({
  default: (await import("../organizations/blocked-organization.tsx")).BlockedOrganization,
}));
const PresenceDialog = lazy(async () => ({
  default: (await import("../account/presence-dialog.tsx")).PresenceDialog,
}));
const DeletedBanner = lazy(async () => ({
  default: (await import("../organizations/deleted-banner.tsx")).DeletedBanner,
}));

/** The frame of every signed-in page: navigation beside it, or behind a button on a narrow window. */
export function Shell() {
  const session = useSession();
  const navigate = useNavigate();
  const router = useRouter();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const [open, setOpen] = useState(false);

  useEffect(() => {
    if (session) return;
    // Read once: the address changes while the sign-in page still loads, and must not be taken for the page to return to.
    const { href } = router.state.location;
    void navigate({ to: "/sign-in", search: readReturn({ return: href === "/" ? undefined : href }) });
  }, [session, navigate, router]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes whenever the page changes.
  useEffect(() => setOpen(false), [pathname]);

  if (!session) return null;
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-ink px-3 py-2 text-on-ink focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <aside className="hidden w-59 shrink-0 border-r bg-sunken md:block">
        <Navigation session={session} />
      </aside>
      <div className="flex items-center gap-2 border-b bg-sunken px-3 py-2 md:hidden">
        <Dialog.Root open={open} onOpenChange={setOpen}>
          <Dialog.Trigger asChild>
            <IconButton label="Open the menu">
              <Menu aria-hidden />
            </IconButton>
          </Dialog.Trigger>
          <Dialog.Portal>
            <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45 md:hidden" />
            <Dialog.Content
              aria-describedby={undefined}
              className="appear fixed inset-y-0 left-0 z-40 w-[min(18rem,88vw)] border-r bg-sunken md:hidden"
            >
              <Dialog.Title className="sr-only">Menu</Dialog.Title>
              <Dialog.Close asChild>
                <IconButton label="Close the menu" className="absolute top-2.5 right-2">
                  <X aria-hidden />
                </IconButton>
              </Dialog.Close>
              <Navigation session={session} />
            </Dialog.Content>
          </Dialog.Portal>
        </Dialog.Root>
        <Logo className="size-6" />
        <span className="font-semibold tracking-tight">Muster</span>
      </div>
      <main id="content" tabIndex={-1} className="min-h-0 min-w-0 flex-1 overflow-y-auto outline-none">
        <Inside />
      </main>
      <ShortcutKeys />
      <Presence />
    </div>
  );
}

/** Loaded once a call asks that the person is there. */
function Presence() {
  return usePresenceAsked() ? (
    <Suspense fallback={null}>
      <PresenceDialog />
    </Suspense>
  ) : null;
}

/** The page; or, for an organization that this session does not get into, the way in. */
function Inside() {
  const { organization } = useScope();
  const ofPerson = useRouterState({
    select: ({ location: { pathname } }) => ["/orgs", "/account", "/device"].includes(pathname),
  });
  if (ofPerson || !organization) return <Outlet />;
  if (organization.blocked) {
    return (
      <Suspense fallback={<Skeleton />}>
        <BlockedOrganization organization={organization} />
      </Suspense>
    );
  }
  return (
    <>
      {organization.deletedAt === null ? null : (
        <Suspense fallback={null}>
          <DeletedBanner organization={organization} />
        </Suspense>
      )}
      <Outlet />
    </>
  );
}
