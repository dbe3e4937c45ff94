import { Container, Group, Stack, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import styles from "./Page.module.css";

interface PageProps {
  readonly title: string;
  /** Before and beside the title. */
  readonly above?: ReactNode;
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  readonly size?: number;
  readonly children: ReactNode;
}

/** A page: its title, what can be done, and what is in it. */
export function Page({ title, above, beside, actions, size = 1240, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Baton`;
  }, [title]);
  return (
    <Container size={size} py="lg" px="md">
      <Stack gap="md">
        {above}
        <Group justify="space-between" gap="sm">
          <Group gap="sm" className={styles["heading"] ?? ""}>
            <Title order={1} size="h3" className={styles["title"] ?? ""}>
              {title}
            </Title>
            {beside}
          </Group>
          <Group gap="xs">{actions}</Group>
        </Group>
        {children}
      </Stack>
    </Container>
  );
}
