import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconLink } from "@tabler/icons-react";

/** Copies an address of this dashboard, for somebody else of the organization. */
export function CopyLink({ path, what }: { path: string; what: string }) {
  const address = new URL(import.meta.env.BASE_URL.replace(/\/$/, "") + path, window.location.href);
  return (
    <CopyButton value={address.href}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : `Copy the link to ${what}`}>
          <ActionIcon
            variant="default"
            size={36}
            onClick={copy}
            aria-label={copied ? "Copied" : `Copy the link to ${what}`}
          >
            {copied ? <IconCheck size={16} /> : <IconLink size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
