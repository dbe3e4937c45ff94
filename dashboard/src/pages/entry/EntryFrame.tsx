import { Container, Group, Paper, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { SchemeSwitch } from "../../components/AppFrame";
import styles from "./EntryFrame.module.css";

interface EntryFrameProps {
  readonly title: string;
  readonly above?: ReactNode;
  readonly below?: ReactNode;
  readonly children: ReactNode;
}

/** What is around everything that comes before the pages. */
export function EntryFrame({ title, above, below, children }: EntryFrameProps) {
  useEffect(() => {
    document.title = `${title} · Baton`;
  }, [title]);
  return (
    <main className={styles["page"]}>
      <Container size={420} w="100%">
        <Group justify="space-between" mb="xl">
          <Group gap="sm">
            <img src={`${import.meta.env.BASE_URL}icon.svg`} width={40} height={40} alt="" />
            <Title order={1} size="h2">
              Baton
            </Title>
          </Group>
          <SchemeSwitch />
        </Group>
        {above}
        <Paper withBorder p="lg" radius="lg">
          <Title order={2} size="h4" mb="md">
            {title}
          </Title>
          {children}
        </Paper>
        {below}
      </Container>
    </main>
  );
}
