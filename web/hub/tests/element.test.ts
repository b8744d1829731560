import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../src/hub.ts';
import type { LinkyardHub } from '../src/element.ts';

const INTEGRATION = { active: true, name: 'Acme HR', provider: 'acmehr', version: '1.0.0', type: 'hris', integration_id: 'int_1' };
const OTHER = { ...INTEGRATION, name: 'Beta', provider: 'beta', integration_id: 'int_2' };
const SCOPE = { name: 'people:read', description: 'Read people', actions: ['List people'] };
const FIELD = { key: 'api_key', label: 'API Token', type: 'password', required: true, readOnly: false, secret: true };
const DETAIL = {
  config: { key: 'acmehr', name: 'Acme HR', type: 'custom', configFields: [FIELD], configNotices: [] },
  linkyard: { guide: { title: 'Make a token', sections: [{ title: 'Scopes', content: 'Pick **these**', scopes: [SCOPE] }] }, scopes: [SCOPE] },
};

type Routes = Record<string, { status?: number; body: unknown }>;
let routes: Routes;
let calls: { key: string; body: unknown }[];

beforeEach(() => {
  calls = [];
  routes = {
    'GET settings': { body: { enabled_features: [] } },
    'GET connectors': { body: { integrations: [INTEGRATION, { ...OTHER, active: false }] } },
    'GET connectors/int_1': { body: DETAIL },
  };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const key = `${init.method} ${url.replace('https://hub.example/hub/', '')}`;
    calls.push({ key, body: init.body ? JSON.parse(String(init.body)) : null });
    const route = routes[key] ?? { status: 404, body: { statusCode: 404, message: `no ${key}` } };
    return new Response(JSON.stringify(route.body), { status: route.status ?? 200 });
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function show(attributes: Record<string, string> = {}): LinkyardHub {
  const hub = document.createElement('linkyard-hub') as LinkyardHub;
  const given = { token: 'tok', 'base-url': 'https://hub.example/', ...attributes };
  for (const [name, value] of Object.entries(given)) hub.setAttribute(name, value);
  document.body.append(hub);
  return hub;
}

const inside = <T extends Element>(hub: LinkyardHub, selector: string) => hub.shadowRoot?.querySelector<T>(selector) ?? null;
const text = (hub: LinkyardHub) => (flushSync(), hub.shadowRoot?.textContent ?? '');

async function fill(hub: LinkyardHub, value: string) {
  await vi.waitFor(() => expect(text(hub)).toContain('API Token'));
  const input = inside<HTMLInputElement>(hub, '[data-key="api_key"]') as HTMLInputElement;
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  submit(hub);
}

function submit(hub: LinkyardHub) {
  flushSync();
  inside(hub, 'form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  flushSync();
}

describe('<linkyard-hub>', () => {
  it('goes straight to the only connector, links, and tells the page', async () => {
    const missing = [{ ...SCOPE, how: 'Make a new token.' }];
    const account = { id: 'acc_1', provider: 'acmehr', provider_name: 'Acme HR', label: null, origin_owner_name: 'Owner & Co' };
    const body = { id: 'acc_1', provider: 'acmehr', linkyard: { account, granted_scopes: ['a'], missing_scopes: missing } };
    routes['POST accounts'] = { status: 201, body };
    const hub = show();
    const success = vi.fn();
    hub.addEventListener('success', (event) => success((event as CustomEvent).detail));
    const post = vi.spyOn(window.parent, 'postMessage');
    await fill(hub, 'secret');
    await vi.waitFor(() => expect(text(hub)).toContain('Acme HR is linked'));
    expect(calls.at(-1)).toEqual({ key: 'POST accounts', body: { integration_id: 'int_1', credentials: { api_key: 'secret' } } });
    expect(success).toHaveBeenCalledExactlyOnceWith({ id: 'acc_1', provider: 'acmehr' });
    expect(post).toHaveBeenCalledWith({ type: 'AccountConnected', account: { id: 'acc_1', provider: 'acmehr' } }, '*');
    for (const part of ['Owner & Co', 'One scope is missing', 'List people', 'Make a new token.']) expect(text(hub)).toContain(part);
    const closed = vi.fn();
    hub.addEventListener('close', closed);
    inside<HTMLButtonElement>(hub, 'section > .button.primary')?.click();
    expect(closed).toHaveBeenCalledOnce();
  });

  it('shows the guide and the scopes beside the form', async () => {
    const hub = show();
    await vi.waitFor(() => expect(text(hub)).toContain('Make a token'));
    expect(inside(hub, '.guide strong')?.textContent).toBe('these');
    expect(inside(hub, '.guide .scopes code')?.textContent).toBe('people:read');
    expect(text(hub)).toContain('Copy list');
  });

  it('offers a choice when more than one is active', async () => {
    routes['GET connectors'] = { body: { integrations: [INTEGRATION, OTHER] } };
    const hub = show();
    await vi.waitFor(() => expect(text(hub)).toContain('Beta'));
    const search = inside<HTMLInputElement>(hub, 'input[type="search"]') as HTMLInputElement;
    search.value = 'ACME';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    expect(text(hub)).not.toContain('Beta');
    inside<HTMLButtonElement>(hub, '.choice')?.click();
    await vi.waitFor(() => expect(text(hub)).toContain('API Token'));
    expect(text(hub)).toContain('All connectors');
  });

  it('edits the account that the settings name, and sends no untouched secret', async () => {
    routes['GET settings'] = { body: { enabled_features: [], existing_account_id: 'acc_9' } };
    const secrets = { api_key: '__secretvalue:**redacted**7f' };
    routes['GET accounts/acc_9'] = { body: { secureId: 'acc_9', provider: 'acmehr', integrationId: 'int_1', version: '1', secrets } };
    routes['GET connectors?provider=acmehr'] = { body: { integrations: [INTEGRATION] } };
    routes['PATCH accounts/acc_9'] = { body: {} };
    const hub = show();
    await vi.waitFor(() => expect(text(hub)).toContain('Update Acme HR'));
    const input = inside<HTMLInputElement>(hub, '[data-key="api_key"]');
    expect([input?.value, input?.placeholder]).toEqual(['', '••••••••••7f']);
    submit(hub);
    await vi.waitFor(() => expect(text(hub)).toContain('Acme HR is updated'));
    expect(calls.at(-1)).toEqual({ key: 'PATCH accounts/acc_9', body: { integration_id: 'int_1', credentials: {} } });
  });

  it('shows what the provider said, as text, and keeps the form', async () => {
    const body = { statusCode: 400, message: 'The token was refused', provider_response: '<img src=x onerror=alert(1)>' };
    routes['POST accounts'] = { status: 400, body };
    const hub = show();
    await fill(hub, 'wrong');
    await vi.waitFor(() => expect(inside(hub, '[role="alert"]')?.textContent).toContain('The token was refused'));
    expect(inside(hub, '[role="alert"] pre')?.textContent).toBe('<img src=x onerror=alert(1)>');
    expect(inside(hub, '[role="alert"] img')).toBeNull();
    expect(inside<HTMLInputElement>(hub, '[data-key="api_key"]')?.value).toBe('wrong');
  });

  it('asks for required fields before anything is sent', async () => {
    const hub = show();
    await fill(hub, '');
    expect(text(hub)).toContain('API Token is required.');
    expect(calls.some(({ key }) => key.startsWith('POST'))).toBe(false);
  });

  it('says clearly that a link has expired', async () => {
    routes['GET settings'] = { status: 403, body: { statusCode: 403, message: 'x' } };
    const hub = show();
    await vi.waitFor(() => expect(inside(hub, '[role="alert"]')?.textContent).toContain('This link has expired'));
    expect(text(hub)).not.toContain('Try again');
  });

  it('starts anew for another token, and takes theme and height without a start', async () => {
    const hub = show({ theme: 'dark', height: '400px' });
    await vi.waitFor(() => expect(text(hub)).toContain('API Token'));
    const frame = inside<HTMLElement>(hub, '.ly');
    expect([frame?.dataset['theme'], frame?.style.height]).toEqual(['dark', '400px']);
    const before = calls.length;
    hub.theme = 'system';
    expect([inside<HTMLElement>(hub, '.ly')?.dataset['theme'], calls.length]).toEqual(['system', before]);
    hub.token = 'other';
    await vi.waitFor(() => expect(calls.length).toBe(before + 3));
  });

  it('has no style element and no inline style in its markup', async () => {
    const hub = show();
    await vi.waitFor(() => expect(text(hub)).toContain('API Token'));
    expect(inside(hub, 'style, link')).toBeNull();
    expect(hub.shadowRoot?.innerHTML).not.toMatch(/ style=/);
  });
});
