import type { Account, AccountPage, AccountQuery, ConnectRequest, ConnectSession, Session } from './wire.ts';

/** A call that failed, in the words to show. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    /** HTTP status, 0 when nothing was received. */
    readonly status: number,
  ) {
    super(message);
  }
}

const BASE = '/dashboard/api';

export const api = {
  login: (code: string) => send<null>('POST', 'login', { code }),
  logout: () => send<null>('POST', 'logout'),
  session: () => send<Session>('GET', 'session'),
  accounts: (query: AccountQuery) => send<AccountPage>('GET', `accounts?${queryOf(query)}`),
  setStatus: (id: string, status: 'suspended' | 'active') =>
    send<Account>('PATCH', `accounts/${encodeURIComponent(id)}`, { status }),
  remove: (id: string) => send<Account>('DELETE', `accounts/${encodeURIComponent(id)}`),
  connect: (body: ConnectRequest) => send<ConnectSession>('POST', 'connect_sessions', body),
};

function queryOf(query: AccountQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
}

async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  // A form or link of another site cannot set this header: with the cookie it proves that the call is ours.
  if (method !== 'GET') headers['x-linkyard-dashboard'] = '1';
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  let text: string;
  try {
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
    response = await fetch(`${BASE}/${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    text = await response.text();
  } catch {
    throw new ApiError('The server could not be reached. Try again in a moment.', 0);
  }
  const parsed = parse(text);
  if (!response.ok) throw new ApiError(messageOf(parsed) ?? `The server answered with status ${response.status}.`, response.status);
  return parsed as T;
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function messageOf(body: unknown): string | null {
  const message = (body as { message?: unknown } | null)?.message;
  return typeof message === 'string' && message !== '' ? message : null;
}
