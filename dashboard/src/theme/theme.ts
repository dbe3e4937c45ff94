import { Alert, createTheme, type MantineColorsTuple, Menu } from "@mantine/core";

const indigo: MantineColorsTuple = [
  "#eef2ff",
  "#e0e7ff",
  "#c7d2fe",
  "#a5b4fc",
  "#818cf8",
  "#6366f1",
  "#4f46e5",
  "#4338ca",
  "#3730a3",
  "#312e81",
];

/** A little blue, as the surfaces are. */
const dark: MantineColorsTuple = [
  "#e4e4ea",
  "#c8c8d1",
  "#a8a8b3",
  "#7c7c88",
  "#45454f",
  "#33333b",
  "#26262c",
  "#1c1c21",
  "#161619",
  "#131317",
];

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: 6,
  autoContrast: true,
  colors: { indigo, dark },
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace',
  defaultRadius: "md",
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Alert: Alert.extend({ defaultProps: { variant: "default" } }),
    // What would take the focus instead of the first item is no item: a screen reader stumbles over it.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
  },
});
