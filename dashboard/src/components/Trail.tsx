import { Anchor, Breadcrumbs, Text } from "@mantine/core";
import { Link } from "react-router";

interface Step {
  readonly label: string;
  readonly to: string;
}

/** Above a page: the way to it from a page of the project, and what it is called in files. */
export function Trail({ steps, here }: { steps: readonly Step[]; here: string }) {
  return (
    <Breadcrumbs>
      {steps.map(({ label, to }) => (
        <Anchor key={to} component={Link} to={to} size="sm" underline="always">
          {label}
        </Anchor>
      ))}
      <Text size="sm" c="dimmed">
        {here}
      </Text>
    </Breadcrumbs>
  );
}
