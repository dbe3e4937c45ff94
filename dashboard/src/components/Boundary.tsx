import { Alert, Button, Container, Group, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { isNotLoaded } from "../lib/broken";

interface BoundaryProps {
  /** Elsewhere it is tried anew. */
  readonly place: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly error: unknown;
  readonly place: string;
}

/** Around a page: what breaks in it is told in its place, and all around it goes on. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { error: error ?? new Error("Something was thrown.") };
  }

  static getDerivedStateFromProps({ place }: BoundaryProps, before: BoundaryState) {
    return place === before.place ? null : { error: null, place };
  }

  override render() {
    return this.state.error === null ? this.props.children : <Broken error={this.state.error} />;
  }
}

function Broken({ error }: { error: unknown }) {
  const [title, hint] = isNotLoaded(error)
    ? [
        "This page could not be loaded.",
        "The network was away, or another version of the dashboard was put here meanwhile.",
      ]
    : ["This page is broken.", error instanceof Error ? error.message : String(error)];
  return (
    <Container size={1240} py="lg">
      <Alert color="red" icon={<IconAlertCircle />} title={title} role="alert">
        <Group justify="space-between">
          <Text size="sm">{hint}</Text>
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            Load the page again
          </Button>
        </Group>
      </Alert>
    </Container>
  );
}
