import { Anchor } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "react-router";
import { Empty } from "../components/Empty";
import { Page } from "../components/Page";

export function NotFound() {
  return (
    <Page title="Not found">
      <Empty icon={IconMapOff} title="There is no page at this address">
        <Anchor component={Link} to="/" underline="always">
          All projects
        </Anchor>
      </Empty>
    </Page>
  );
}
