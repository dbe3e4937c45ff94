import { Anchor, Button, Image, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useArtifact } from "../../data/artifacts";
import type { Detail } from "../../data/evidence";
import { type AnsweredFile, addressOf, filesOf } from "../../lib/artifacts";
import { bytes } from "../../lib/format";
import { Problem } from "../Loaded";
import styles from "./Files.module.css";

interface FilesProps {
  readonly details: readonly Detail[];
  readonly runId: string;
  readonly testId: string;
}

/** The files that a test was answered: pictures to look at, everything to save. Nothing where there are none. */
export function Files({ details, runId, testId }: FilesProps) {
  const files = filesOf(details);
  if (files.length === 0) return null;
  const attempts = new Set(files.map((file) => file.attempt)).size;
  return (
    <section aria-label="Files">
      <Stack gap="xs">
        <Title order={2} size="h5">
          {files.length === 1 ? "The file that was answered" : "Files that were answered"}
        </Title>
        {files.map((file) => (
          <article key={file.id} className={`card ${styles["file"]}`} aria-label={file.name}>
            <Text size="sm" fw={600} className={styles["name"] ?? ""}>
              {file.name}
            </Text>
            <Text size="xs" c="dimmed" className="numbers">
              {[file.mediaType, bytes(file.bytes), attempts > 1 && `attempt ${file.attempt}`]
                .filter(Boolean)
                .join(" · ")}
            </Text>
            {file.note === "" ? (
              <Content file={file} runId={runId} testId={testId} />
            ) : (
              <Text size="sm" c="dimmed">
                Not kept: {file.note}.
              </Text>
            )}
          </article>
        ))}
      </Stack>
    </section>
  );
}

function Content({
  file,
  runId,
  testId,
}: {
  readonly file: AnsweredFile;
  readonly runId: string;
  readonly testId: string;
}) {
  // A picture is there to be seen; whatever else there is may be large, and few want it.
  const [isWanted, setIsWanted] = useState(file.isPicture);
  const content = useArtifact(runId, testId, file.checksum, isWanted);
  if (!isWanted) {
    return (
      <Button size="compact-sm" variant="default" onClick={() => setIsWanted(true)}>
        Fetch it
      </Button>
    );
  }
  if (content.error) return <Problem error={content.error} retry={() => void content.refetch()} />;
  if (content.data === undefined)
    return <Skeleton height={file.isPicture ? 160 : 24} aria-label="loading" />;
  if (content.data === null) {
    return (
      <Text size="sm" c="dimmed">
        Its days are over: what was in it is no longer kept.
      </Text>
    );
  }
  const address = addressOf(file, content.data);
  return (
    <>
      {file.isPicture && (
        <Image
          src={address}
          alt={`What was answered: ${file.name}`}
          className={styles["picture"] ?? ""}
          fit="contain"
        />
      )}
      <Anchor href={address} download={file.name} size="sm" underline="always">
        Save {file.name}
      </Anchor>
    </>
  );
}
