import "@mantine/core/styles.css";
import "@mantine/charts/styles.css";
import "@fontsource-variable/inter";
import "./theme/theme.css";
import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Start } from "./Start";
import { theme } from "./theme/theme";

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Start />
      </MantineProvider>
    </StrictMode>,
  );
}
