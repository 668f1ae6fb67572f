import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// What is built is embedded by internal/web. `npm run dev -w console` beside `make run` reloads while one writes.
const server = process.env["OMOTENASHI_URL"] ?? "http://127.0.0.1:8080";
const ours = ["/api", "/session", "/media", "/openapi.json"];

export default defineConfig({
  base: "/console/",
  plugins: [react(), tailwind()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../../internal/web/dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the policy lets nothing be inline
    modulePreload: { polyfill: false },
  },
  server: { proxy: Object.fromEntries(ours.map((path) => [path, { target: server, changeOrigin: false }])) },
  test: { environment: "node" },
});
