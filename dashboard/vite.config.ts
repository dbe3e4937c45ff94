import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

const paths = ["/rest", "/auth", "/config.json"];

export default defineConfig(({ mode }) => {
  // `npm run dev` shows a running stack's data: where it is, BATON_URL says.
  const stack = loadEnv(mode, ".", "BATON_")["BATON_URL"] ?? "http://127.0.0.1:54321";
  return {
    plugins: [react()],
    build: { target: "es2022", chunkSizeWarningLimit: 1200 },
    server: {
      proxy: {
        ...Object.fromEntries(paths.map((path) => [path, stack])),
        "/realtime": { target: stack, ws: true },
      },
    },
  };
});
