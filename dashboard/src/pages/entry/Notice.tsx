import { Alert } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { Problem } from "../../components/Loaded";

/** Why one has to sign in. */
export function Notice({ hasEnded, problem }: { hasEnded: boolean; problem: unknown }) {
  if (problem) return <Problem error={problem} />;
  if (!hasEnded) return null;
  return (
    <Alert icon={<IconInfoCircle />} title="Your session has ended" role="status">
      Sign in, and you are where you were.
    </Alert>
  );
}
