import { Link, useNavigate } from "@tanstack/react-router";
import { BookOpen, ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { toast } from "sonner";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { queryClient } from "../../api/queries.ts";
import { type SignedIn, signedOut } from "../../api/session.ts";
import { chooseTheme, themeChoices, useThemeChoice } from "../../lib/theme.ts";
import {
  MenuChoice,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuLine,
  MenuRoot,
  MenuTrigger,
} from "../../ui/menu.tsx";
import { openShortcuts } from "./shortcut-keys.tsx";

const themes = {
  system: { label: "As the system", icon: <Monitor aria-hidden /> },
  light: { label: "Light", icon: <Sun aria-hidden /> },
  dark: { label: "Dark", icon: <Moon aria-hidden /> },
};

export function AccountMenu({ session }: { session: SignedIn }) {
  const navigate = useNavigate();
  const theme = useThemeChoice();
  const signOut = async () => {
    try {
      await api.call("POST /v1/auth/sign-out");
    } catch (error) {
      toast.error(asApiError(error).message);
      return;
    }
    await navigate({ to: "/sign-in" });
    signedOut();
    queryClient.clear();
  };
  return (
    <MenuRoot>
      <MenuTrigger className="flex items-center gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-hover">
        <span
          aria-hidden
          className="flex size-6 items-center justify-center rounded-full bg-accent-tint text-xs font-semibold text-accent uppercase"
        >
          {(session.user.name ?? session.user.email).slice(0, 1)}
        </span>
        <span className="sr-only">Account: </span>
        <span className="min-w-0 flex-1 truncate text-sm">{session.user.name ?? session.user.email}</span>
        <ChevronsUpDown aria-hidden className="size-3.5 text-faint" />
      </MenuTrigger>
      <MenuContent side="top" align="start">
        <MenuLabel>{session.user.email}</MenuLabel>
        <MenuItem asChild>
          <Link to="/account">
            <UserRound aria-hidden /> Your account
          </Link>
        </MenuItem>
        <MenuLine />
        <MenuLabel>Appearance</MenuLabel>
        <MenuChoice
          value={theme}
          onValueChange={(value) => {
            const choice = themeChoices.find((each) => each === value);
            if (choice) chooseTheme(choice);
          }}
          options={themeChoices.map((value) => ({ value, ...themes[value] }))}
        />
        <MenuLine />
        <MenuItem onSelect={openShortcuts}>
          <Keyboard aria-hidden /> Keyboard shortcuts
        </MenuItem>
        <MenuItem asChild>
          <a href="/docs/api">
            <BookOpen aria-hidden /> API reference
          </a>
        </MenuItem>
        <MenuLine />
        <MenuItem onSelect={() => void signOut()}>
          <LogOut aria-hidden /> Sign out
        </MenuItem>
      </MenuContent>
    </MenuRoot>
  );
}
