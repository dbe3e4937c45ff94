import { Container } from "@mantine/core";
import { Suspense } from "react";
import { Outlet, useLocation } from "react-router";
import { Boundary } from "./Boundary";
import { Outline } from "./Loaded";

/** Where a page stands; its outline until its program is there, and what went wrong if it does not come. */
export function Stage() {
  const { pathname } = useLocation();
  return (
    <Boundary place={pathname}>
      <Suspense fallback={<Coming />}>
        <Outlet />
      </Suspense>
    </Boundary>
  );
}

function Coming() {
  return (
    <Container size={1240} py="lg">
      <Outline lines={6} />
    </Container>
  );
}
