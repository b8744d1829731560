import { version } from '../../package.json';
import { errorFrom, HubError } from './errors.ts';
import type { AccountDetail, Attempt, ConnectorDetail, ConnectorList, LinkAnswer, LinkRequest, Settings } from './wire.ts';

type Wait = (ms: number) => Promise<void>;

export interface ClientOptions {
  baseUrl: string;
  token: string;
  signal: AbortSignal;
  fetch?: typeof fetch;
  wait?: Wait;
}

const pause: Wait = (ms) => new Promise((done) => setTimeout(done, ms));
const QUERY_DELAYS_MS = [1000, 2000];
const SETTINGS_DELAYS_MS = [1000];

/** Talks to `<base>/hub/*` for one session token. Queries are retried when the failure may pass, changes never. */
export class HubClient {
  constructor(private readonly options: ClientOptions) {}

  settings(): Promise<Settings> {
    return this.query('settings', SETTINGS_DELAYS_MS);
  }

  connectors(provider?: string): Promise<ConnectorList> {
    return this.query(provider ? `connectors?provider=${encodeURIComponent(provider)}` : 'connectors');
  }

  connector(integrationId: string): Promise<ConnectorDetail> {
    return this.query(`connectors/${encodeURIComponent(integrationId)}`);
  }

  account(id: string): Promise<AccountDetail> {
    return this.query(`accounts/${encodeURIComponent(id)}`);
  }

  link(body: LinkRequest): Promise<LinkAnswer> {
    return this.send('POST', 'accounts', body);
  }

  /** Answers with the given id where the server's answer has none: its body may be ignored. */
  async relink(id: string, provider: string, body: LinkRequest): Promise<LinkAnswer> {
    const answer = await this.send<Partial<LinkAnswer> | null>('PATCH', `accounts/${encodeURIComponent(id)}`, body);
    return { ...answer, id, provider };
  }

  startAttempt(): Promise<{ id: string }> {
    return this.send('POST', 'connection_attempts', { token: this.options.token });
  }

  attempt(id: string): Promise<Attempt> {
    return this.send('GET', `connection_attempts/${encodeURIComponent(id)}`);
  }

  async cancelAttempt(id: string): Promise<void> {
    await this.send('DELETE', `connection_attempts/${encodeURIComponent(id)}`);
  }

  /** Where the sign-in window goes; the fields ride along, as the wire has it. */
  authorizeUrl(integrationId: string, attemptId: string, fields: Record<string, string>): string {
    const { baseUrl, token } = this.options;
    const query = new URLSearchParams({
      redirect_uri: `${baseUrl}/embedded/accounts/callback`,
      token,
      connection_attempt_id: attemptId,
      ...fields,
    });
    return `${baseUrl}/connect/oauth2/${encodeURIComponent(integrationId)}?${query}`;
  }

  private async query<T>(path: string, delaysMs: readonly number[] = QUERY_DELAYS_MS): Promise<T> {
    for (const delay of delaysMs) {
      try {
        return await this.send<T>('GET', path);
      } catch (error) {
        if (!(error instanceof HubError) || !error.passing || this.options.signal.aborted) throw error;
        await (this.options.wait ?? pause)(delay);
      }
    }
    return this.send<T>('GET', path);
  }

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { baseUrl, token, signal } = this.options;
    let response: Response;
    let text: string;
    try {
      response = await (this.options.fetch ?? fetch)(`${baseUrl}/hub/${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'x-hub-session-token': token, 'x-hub-version': version },
        // The token is the only identity: no cookie of the page goes along.
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch {
      throw new HubError('network', 'The server could not be reached. Check the connection and try again.', 0);
    }
    if (!response.ok) throw errorFrom(response.status, text);
    if (text === '') return null as T;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new HubError('refused', 'The server sent an answer that is not JSON.', response.status);
    }
  }
}
