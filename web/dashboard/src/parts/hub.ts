/** Loads the hub element, which the server has beside this page, once it is needed. */
export async function loadHub(): Promise<void> {
  const address = '/assets/hub/hub.js';
  await import(/* @vite-ignore */ address);
}
