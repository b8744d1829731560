import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte({ configFile: false })],
  // Without it Svelte's server build is picked outside a browser.
  resolve: { conditions: ['browser'] },
  test: {
    environment: 'happy-dom',
    include: ['{ui,hub,dashboard}/tests/**/*.test.ts'],
    maxWorkers: 2,
  },
});
