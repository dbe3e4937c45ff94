import { defineConfig } from "vitest/config";

/** Bounds what hangs; a machine that has other things to do is not that. */
const PATIENCE_MS = 300_000;

export default defineConfig({ test: { testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS } });
