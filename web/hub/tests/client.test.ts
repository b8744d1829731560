import { describe, expect, it, vi } from 'vitest';
import { HubClient } from '../src/api/client.ts';
import { HubError } from '../src/api/errors.ts';
import { signIn } from '../src/form/popup.ts';

const answer = (status: number, body?: unknown) =>
  new Response(status === 204 ? null : typeof body === 'string' ? body : JSON.stringify(body), { status });

function clientWith(...answers: (Response | Error)[]) {
  const fetch = vi.fn(async (_url: string | URL | Request, _init?: RequestInit) => {
    const next = answers.shift();
    if (!next) throw new Error('unexpected call');
    if (next instanceof Error) throw next;
    return next;
  });
  const waits: number[] = [];
  const client = new HubClient({
    baseUrl: 'https://hub.example',
    token: 'tok',
    signal: new AbortController().signal,
    fetch,
    wait: async (ms) => void waits.push(ms),
  });
  return { client, fetch, waits };
}

const failure = async (work: Promise<unknown>): Promise<HubError> => {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
};

describe('requests', () => {
  it('carry the three headers and no cookie', async () => {
    const { client, fetch } = clientWith(answer(200, { integrations: [] }));
    await client.connectors('acme hr');
    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe('https://hub.example/hub/connectors?provider=acme%20hr');
    expect(init?.credentials).toBe('omit');
    expect(init?.headers).toEqual({
      'content-type': 'application/json',
      'x-hub-session-token': 'tok',
      'x-hub-version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
  });

  it('post what was typed', async () => {
    const { client, fetch } = clientWith(answer(201, { id: 'acc_1', provider: 'acmehr' }));
    const body = { integration_id: 'int_1', credentials: { api_key: 'k' } };
    expect(await client.link(body)).toEqual({ id: 'acc_1', provider: 'acmehr' });
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: JSON.stringify(body) });
  });

  it('patch, and need no body back', async () => {
    const { client, fetch } = clientWith(answer(200, ''));
    expect(await client.relink('acc_1', 'acmehr', { integration_id: 'i', credentials: {} })).toEqual({ id: 'acc_1', provider: 'acmehr' });
    expect(fetch.mock.calls[0]?.[1]?.method).toBe('PATCH');
  });

  it('are asked again after 1 and 2 seconds, settings once', async () => {
    const down = () => new TypeError('down');
    const lists = clientWith(down(), answer(503, {}), answer(200, { integrations: [] }));
    await lists.client.connectors();
    expect(lists.waits).toEqual([1000, 2000]);
    const settings = clientWith(down(), down());
    expect((await failure(settings.client.settings())).kind).toBe('network');
    expect(settings.waits).toEqual([1000]);
  });

  it('that change something are never repeated', async () => {
    const { client, fetch } = clientWith(answer(503, { message: 'busy' }));
    await failure(client.link({ integration_id: 'i', credentials: {} }));
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});

describe('errors', () => {
  it.each([401, 403])('%i says that the link has expired', async (status) => {
    const { client } = clientWith(answer(status, { message: 'x' }));
    const error = await failure(client.settings());
    expect(error.kind).toBe('expired');
    expect(error.message).toMatch(/expired/);
  });

  it.each<[string, unknown, string, string | null]>([
    ['the documented body', { statusCode: 400, message: 'No', provider_response: 'bad token' }, 'No', 'bad token'],
    ['JSON inside', { message: 'No', provider_response: '{"a":1}' }, 'No', '{\n  "a": 1\n}'],
    ['a message that is JSON', { message: '{"message":"No","provider_response":"why"}' }, 'No', 'why'],
    ['a page', '<h1>Bad gateway</h1>', 'The server answered with status 400.', null],
  ])('%s', async (_name, body, message, detail) => {
    const { client } = clientWith(answer(400, body));
    const error = await failure(client.link({ integration_id: 'i', credentials: {} }));
    expect([error.message, error.detail]).toEqual([message, detail]);
  });

  it('names a good answer that is no JSON', async () => {
    const { client } = clientWith(answer(200, '<html>'));
    expect((await failure(client.account('a'))).message).toMatch(/not JSON/);
  });
});

describe('signIn', () => {
  const window = () => ({ location: { href: '' }, close: vi.fn() });
  const options = { integrationId: 'int_1', fields: { 'sub domain': 'a&b' }, wait: async () => {} };
  const run = (client: HubClient, popup: ReturnType<typeof window> | null, signal = new AbortController().signal) =>
    signIn({ ...options, client, signal, open: (() => popup) as unknown as typeof globalThis.open });

  it('follows the attempt to the account', async () => {
    const popup = window();
    const pending = answer(200, { status: 'pending', account: null, error: null });
    const done = answer(200, { status: 'authenticated', account: { id: 'acc_1' }, error: null });
    const { client } = clientWith(answer(201, { id: 'att' }), pending, new TypeError('down'), done);
    expect(await run(client, popup)).toEqual({ kind: 'linked', accountId: 'acc_1' });
    const url = new URL(popup.location.href);
    expect(url.pathname).toBe('/connect/oauth2/int_1');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      redirect_uri: 'https://hub.example/embedded/accounts/callback',
      token: 'tok',
      connection_attempt_id: 'att',
      'sub domain': 'a&b',
    });
    expect(popup.close).toHaveBeenCalled();
  });

  it('says that the window was blocked before anything is started', async () => {
    const { client, fetch } = clientWith();
    expect(await run(client, null)).toMatchObject({ kind: 'failed' });
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each([
    ['error', { kind: 'failed', message: 'access_denied', detail: 'no' }],
    ['cancelled', { kind: 'back' }],
    ['expired', { kind: 'back' }],
  ])('ends on %s', async (status, end) => {
    const error = { code: 'access_denied', description: 'no' };
    const { client } = clientWith(answer(201, { id: 'att' }), answer(200, { status, account: null, error }));
    expect(await run(client, window())).toEqual(end);
  });

  it('cancels on the server when the person does', async () => {
    const cancel = new AbortController();
    cancel.abort();
    const { client, fetch } = clientWith(answer(201, { id: 'att' }), answer(204));
    expect(await run(client, window(), cancel.signal)).toEqual({ kind: 'back' });
    expect(fetch.mock.calls[1]?.[1]?.method).toBe('DELETE');
  });
});
