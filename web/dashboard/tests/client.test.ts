import { afterEach, describe, expect, it, vi } from 'vitest';
import { api, ApiError } from '../src/api/client.ts';

function stub(status: number, body?: unknown) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => new Response(body === undefined ? null : JSON.stringify(body), { status }));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

afterEach(() => vi.unstubAllGlobals());

describe('the dashboard client', () => {
  it('marks every change with its header, and reads without', async () => {
    const fetch = stub(200, { data: [], total: 0 });
    await api.accounts({ status: '', search: 'a b', page: 2, page_size: 25 });
    await api.setStatus('a/b', 'suspended');
    await api.remove('x');
    const seen = fetch.mock.calls.map(([url, init]) => [init.method, url, (init.headers as Record<string, string>)['x-linkyard-dashboard']]);
    expect(seen).toEqual([
      ['GET', '/dashboard/api/accounts?search=a+b&page=2&page_size=25', undefined],
      ['PATCH', '/dashboard/api/accounts/a%2Fb', '1'],
      ['DELETE', '/dashboard/api/accounts/x', '1'],
    ]);
    expect(fetch.mock.calls[1]?.[1].body).toBe('{"status":"suspended"}');
  });

  it('takes an answer without a body', async () => {
    stub(204);
    expect(await api.login('code')).toBeNull();
  });

  it('shows the message of the error body, or the status', async () => {
    stub(401, { statusCode: 401, message: 'This link was used before.', timestamp: '' });
    await expect(api.login('code')).rejects.toEqual(new ApiError('This link was used before.', 401));
    stub(502);
    await expect(api.session()).rejects.toThrow('status 502');
  });

  it('says when there is no answer', async () => {
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('down')));
    await expect(api.session()).rejects.toThrow('could not be reached');
  });
});
