import { createLink, Link } from "@tanstack/react-router";
import {
  Activity,
  Bot,
  Boxes,
  ChartLine,
  FileCode,
  Gauge,
  GitCompare,
  IdCard,
  KeyRound,
  LayoutTemplate,
  LogIn,
  Logs,
  type LucideIcon,
  Plus,
  Radio,
  Receipt,
  Rocket,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
  SquareTerminal,
  Users,
  UsersRound,
} from "lucide-react";
import { type ComponentProps, type ReactNode, useEffect, useRef } from "react";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import type { SignedIn } from "../../api/session.ts";
import { whyNot } from "../../lib/why-not.ts";
import { Logo } from "../../ui/logo.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { useScope } from "./scope.ts";
import { FleetSwitcher, PlaceSwitchers } from "./switchers.tsx";

/** In a low window the list is longer than what is seen of it. `scrollIntoView` would also make Tab begin here. */
function scrollToSee(anchor: HTMLElement): void {
  const list = anchor.closest("nav");
  if (!list) return;
  const [item, seen] = [anchor.getBoundingClientRect(), list.getBoundingClientRect()];
  list.scrollTop += Math.max(0, item.bottom - seen.bottom) - Math.max(0, seen.top - item.top);
}

function NavAnchor({ icon: Icon, children, ...rest }: ComponentProps<"a"> & { icon: LucideIcon }) {
  const anchor = useRef<HTMLAnchorElement>(null);
  const isHere = rest["aria-current"] === "page";
  useEffect(() => {
    if (isHere && anchor.current) scrollToSee(anchor.current);
  }, [isHere]);
  return (
    <a
      {...rest}
      ref={anchor}
      className="flex h-8 items-center gap-2.5 rounded-md px-2.5 text-base text-soft hover:bg-hover hover:text-text aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-text [&_svg]:size-4"
    >
      <Icon aria-hidden strokeWidth={1.9} />
      {children}
    </a>
  );
}

const NavLink = createLink(NavAnchor);

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5">
      <h2 className="px-2.5 pb-1 text-xs text-faint">{title}</h2>
      {children}
    </div>
  );
}

const placeOf = ({ projectId, environmentId }: Fleet) => ({ projectId, environmentId });

/** Shown to who may read them. */
const organizationLinks = [
  { to: "/orgs/$orgId/members", icon: Users, text: "Members", permission: "member.read" },
  { to: "/orgs/$orgId/teams", icon: UsersRound, text: "Teams", permission: "team.read" },
  { to: "/orgs/$orgId/roles", icon: IdCard, text: "Roles", permission: "role.read" },
  {
    to: "/orgs/$orgId/service-accounts",
    icon: Bot,
    text: "Service accounts",
    permission: "service_account.read",
  },
  { to: "/orgs/$orgId/api-keys", icon: KeyRound, text: "API keys", permission: "api_key.read" },
  { to: "/orgs/$orgId/sso", icon: LogIn, text: "Single sign-on", permission: "sso.read" },
  { to: "/orgs/$orgId/audit", icon: ScrollText, text: "Audit log", permission: "audit.read" },
  { to: "/orgs/$orgId/exec-sessions", icon: SquareTerminal, text: "Sessions", permission: "exec.read" },
  { to: "/orgs/$orgId/quotas", icon: Gauge, text: "Quotas", permission: "quota.read" },
  { to: "/orgs/$orgId/usage", icon: Receipt, text: "Usage and price", permission: "usage.read" },
  { to: "/orgs/$orgId/settings", icon: Settings, text: "Settings", permission: "organization.read" },
] as const;

export function Navigation({ session }: { session: SignedIn }) {
  const scope = useScope();
  const { organization, project, fleet } = scope;
  const may = (permission: Permission, at?: Fleet) =>
    whyNot(organization ?? undefined, permission, at ? placeOf(at) : {}) === undefined;
  return (
    <div className="flex h-full flex-col gap-4 p-3">
      <Link to="/" className="flex items-center gap-2.5 self-start rounded-md px-1.5 py-1">
        <Logo className="size-6" />
        <span className="text-lg font-semibold tracking-tight">Muster</span>
      </Link>
      <PlaceSwitchers scope={scope} organizations={session.organizations} />
      <nav aria-label="Main" className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto">
        {fleet && may("fleet.read") ? (
          <Section title="Fleet">
            <FleetSwitcher scope={scope} />
            <NavLink
              to="/fleets/$fleetId"
              params={{ fleetId: fleet.id }}
              icon={Server}
              activeOptions={{ exact: true, includeSearch: false }}
            >
              Agents
            </NavLink>
            {may("rollout.read", fleet) ? (
              <NavLink to="/fleets/$fleetId/rollouts" params={{ fleetId: fleet.id }} icon={Rocket}>
                Rollouts
              </NavLink>
            ) : null}
            {may("agent.read", fleet) ? (
              <NavLink to="/fleets/$fleetId/drift" params={{ fleetId: fleet.id }} icon={GitCompare}>
                Drift
              </NavLink>
            ) : null}
            {may("agent.read", fleet) ? (
              <NavLink to="/fleets/$fleetId/metrics" params={{ fleetId: fleet.id }} icon={ChartLine}>
                Metrics
              </NavLink>
            ) : null}
            {may("fleet.read", fleet) ? (
              <NavLink to="/fleets/$fleetId/logs" params={{ fleetId: fleet.id }} icon={Logs}>
                Logs
              </NavLink>
            ) : null}
            {may("agent.read", fleet) ? (
              <NavLink to="/fleets/$fleetId/telemetry" params={{ fleetId: fleet.id }} icon={Radio}>
                Own telemetry
              </NavLink>
            ) : null}
            {may("event.read", fleet) ? (
              <NavLink to="/fleets/$fleetId/events" params={{ fleetId: fleet.id }} icon={Activity}>
                Events
              </NavLink>
            ) : null}
            {may("enrollment_token.write", fleet) ? (
              <NavLink to="/fleets/$fleetId/add-agent" params={{ fleetId: fleet.id }} icon={Plus}>
                Add an agent
              </NavLink>
            ) : null}
          </Section>
        ) : null}
        {project ? (
          <Section title="Project">
            <NavLink to="/projects/$projectId/fleets" params={{ projectId: project.id }} icon={Boxes}>
              Fleets
            </NavLink>
            <NavLink to="/projects/$projectId/configs" params={{ projectId: project.id }} icon={FileCode}>
              Configs
            </NavLink>
            <NavLink
              to="/projects/$projectId/templates"
              params={{ projectId: project.id }}
              icon={LayoutTemplate}
            >
              Templates
            </NavLink>
            <NavLink
              to="/projects/$projectId/environments"
              params={{ projectId: project.id }}
              icon={ShieldCheck}
            >
              Environments
            </NavLink>
          </Section>
        ) : null}
        {organization && organization.blocked === null ? (
          <Section title="Organization">
            {organizationLinks
              .filter(({ permission }) => may(permission))
              .map(({ to, icon, text }) => (
                <NavLink key={to} to={to} params={{ orgId: organization.id }} icon={icon}>
                  {text}
                </NavLink>
              ))}
          </Section>
        ) : null}
      </nav>
      <AccountMenu session={session} />
    </div>
  );
}
