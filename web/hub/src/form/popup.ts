import type { HubClient } from '../api/client.ts';
import { HubError } from '../api/errors.ts';
import type { Attempt } from '../api/wire.ts';

const POLL_MS = 2000;
const GIVE_UP_MS = 5 * 60 * 1000;
const FEATURES = 'popup,width=1024,height=800';

/** How a sign-in in the provider's window ended. */
export type SignIn =
  | { kind: 'linked'; accountId: string }
  | { kind: 'back' }
  | { kind: 'failed'; message: string; detail: string | null };

export interface SignInOptions {
  client: HubClient;
  integrationId: string;
  fields: Record<string, string>;
  /** Aborts when the person cancels, or the component goes away. */
  signal: AbortSignal;
  open?: typeof window.open;
  wait?: (ms: number) => Promise<void>;
}

/**
 * Runs the sign-in window to its end. Must be called straight from a click: the window is opened, empty, before
 * anything is awaited, since browsers block windows opened later. Whether the window still exists is never asked:
 * cross-origin isolation makes it look closed at once, so only the server's word counts.
 */
export async function signIn(options: SignInOptions): Promise<SignIn> {
  const popup = (options.open ?? window.open.bind(window))('', '_blank', FEATURES);
  if (!popup) return failed('The sign-in window was blocked.', 'Allow pop-ups for this page, then try again.');
  try {
    const { id } = await options.client.startAttempt();
    popup.location.href = options.client.authorizeUrl(options.integrationId, id, options.fields);
    return await follow(options, id);
  } catch (error) {
    if (error instanceof HubError && error.kind === 'expired') throw error;
    return failed('Failed to start the sign-in.', error instanceof HubError ? error.message : null);
  } finally {
    popup.close();
  }
}

async function follow({ client, signal, wait = pause }: SignInOptions, id: string): Promise<SignIn> {
  for (let waited = 0; waited < GIVE_UP_MS; waited += POLL_MS) {
    await wait(POLL_MS);
    if (signal.aborted) {
      await giveUp(client, id);
      return { kind: 'back' };
    }
    const end = outcome(await ask(client, id));
    if (end) return end;
  }
  await giveUp(client, id);
  return failed('The sign-in took too long.', 'Start it again when you are ready.');
}

/** An answer that did not arrive counts as no news; a refused token ends the sign-in. */
async function ask(client: HubClient, id: string): Promise<Attempt | null> {
  try {
    return await client.attempt(id);
  } catch (error) {
    if (error instanceof HubError && error.kind === 'expired') throw error;
    return null;
  }
}

function outcome(attempt: Attempt | null): SignIn | null {
  switch (attempt?.status) {
    case 'authenticated':
      return attempt.account ? { kind: 'linked', accountId: attempt.account.id } : null;
    case 'error':
      return failed(attempt.error?.code ?? 'The sign-in failed.', attempt.error?.description ?? null);
    case 'cancelled':
    case 'expired':
      return { kind: 'back' };
    default:
      return null;
  }
}

async function giveUp(client: HubClient, id: string): Promise<void> {
  try {
    await client.cancelAttempt(id);
  } catch {
    // The server expires the attempt by itself; the person need not hear of this.
  }
}

const failed = (message: string, detail: string | null): SignIn => ({ kind: 'failed', message, detail });
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
