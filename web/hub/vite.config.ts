import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const SVELTE = '/svelte/src/internal/';

/** Per module of Svelte: what is fixed at build time. */
const FIXED: Record<string, (code: string) => string> = {
  // No component here is of the legacy kind, awaits in its markup or is traced.
  'flags/index.js': (code) =>
    [...code.matchAll(/export let (\w+) = false/g)].map(([, name]) => `export const ${name} = false;`).join('\n'),
  // Nothing is rendered on a server, so nothing is ever hydrated.
  'client/dom/hydration.js': (code) =>
    replaced(replaced(code, 'export let hydrating = false', 'export const hydrating = false'), 'hydrating = value;', ''),
  // State is held raw: objects are replaced, never changed in place, so none needs a proxy.
  'client/reactivity/sources.js': (code) => replaced(code, 'should_proxy ? proxy(value) : value', 'value'),
};

function replaced(code: string, from: string, to: string): string {
  if (!code.includes(from)) throw new Error(`Svelte's source has changed: "${from}" is not in it; see hub/vite.config.ts`);
  return code.replace(from, to);
}

/** Leaves out the parts of Svelte that the hub does not use: its switches are variables that a bundler cannot see through. */
function withoutUnusedModes(): Plugin {
  return {
    name: 'linkyard-without-unused-svelte-modes',
    transform(code, id) {
      const module = Object.keys(FIXED).find((path) => id.endsWith(SVELTE + path));
      return module ? { code: FIXED[module]?.(code) ?? code, map: null } : null;
    },
  };
}

/** `hub.js` is one module with a fixed name, for pages of others; `link.html` is our own page around it. */
export default defineConfig({
  base: '/assets/hub/',
  plugins: [withoutUnusedModes(), svelte({ configFile: false })],
  build: {
    // light-dark() and container queries are used as they are.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { hub: 'src/hub.ts', link: 'link.html' },
      optimization: { inlineConst: { mode: 'all', pass: 3 } },
      // The wrapper for components compiled to elements is not used, yet counts as a side effect.
      treeshake: { moduleSideEffects: (id: string) => !id.includes('/node_modules/svelte/') },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
});
