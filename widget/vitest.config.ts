import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { __SAYSO_BUILD__: '"0"' },
  test: { environment: "happy-dom", restoreMocks: true, unstubGlobals: true },
});
