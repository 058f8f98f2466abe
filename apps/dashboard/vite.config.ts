import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => {
  const server = loadEnv(mode, ".", "FEDLOOM_").FEDLOOM_SERVER ?? "http://127.0.0.1:8001";
  // The server refuses pages of other origins; through the proxy this page is one.
  const toServer = { target: server, changeOrigin: true, headers: { origin: new URL(server).origin } };
  const proxy = { "/api": toServer, "/health": toServer, "/ws": { ...toServer, ws: true } };
  return {
    plugins: [react(), tailwindcss()],
    resolve: { conditions: ["@fedloom/source", ...defaultClientConditions] },
    // Without inlined assets and the preload polyfill the page needs no exception from a strict CSP.
    build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: "es2022" },
    server: { proxy },
    preview: { proxy },
  };
});
