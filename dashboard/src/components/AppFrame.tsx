import {
  ActionIcon,
  AppShell,
  Group,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { Link } from "react-router";
import { AccountMenu } from "./AccountMenu";
import styles from "./AppFrame.module.css";
import { ProjectSwitch } from "./ProjectSwitch";
import { Stage } from "./Stage";

/** What is around every page. */
export function AppFrame() {
  return (
    <AppShell header={{ height: 56 }} padding={0}>
      <a href="#content" className="skip-link">
        Skip to content
      </a>
      <AppShell.Header className={styles["header"] ?? ""}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Link to="/" className={styles["home"] ?? ""} aria-label="Baton: all projects">
            <img src={`${import.meta.env.BASE_URL}icon.svg`} width={28} height={28} alt="" />
            <span className={styles["name"]}>Baton</span>
          </Link>
          <ProjectSwitch />
          <Group gap="xs" ml="auto" wrap="nowrap">
            <SchemeSwitch />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main id="content" className={styles["main"] ?? ""}>
        <Stage />
      </AppShell.Main>
    </AppShell>
  );
}

export function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      onClick={() => setColorScheme(other)}
      aria-label={`Switch to ${other} colours`}
    >
      {scheme === "dark" ? <IconSun size={19} /> : <IconMoon size={19} />}
    </ActionIcon>
  );
}
