import { Title } from "@mantine/core";
import type { ReactNode } from "react";

/** A part of the page with its title. */
export function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card" style={{ padding: 16 }} aria-label={title}>
      <Title order={2} size="h5" mb="md">
        {title}
      </Title>
      {children}
    </section>
  );
}
