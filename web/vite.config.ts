import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The pages and the interface share one origin; while developing, /api goes to the mock or to a real server.
const api = process.env.MINGLU_API ?? 'http://127.0.0.1:8099';

export default defineConfig({
  plugins: [react()],
  server: { port: 5173, proxy: { '/api': api } },
  build: {
    target: 'chrome100',
    // Nothing may be inlined as data:, because the policy of the pages allows only files of their own origin.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        manualChunks: (id) =>
          /node_modules\/(react|react-dom|scheduler|react-router|react-router-dom|@remix-run|@tanstack)\//.test(id)
            ? 'react'
            : undefined,
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    pool: 'forks',
    poolOptions: { forks: { maxForks: 1, minForks: 1 } },
    server: { deps: { inline: [/antd/, /@ant-design/, /rc-/, /@rc-component/] } },
  },
});
