/** A call to the hub's server that did not succeed, in the words to show. */
export class HubError extends Error {
  override readonly name = 'HubError';

  constructor(
    /** `expired`: token refused. `network`: no answer. `refused`: a documented error body, or another status. */
    readonly kind: 'expired' | 'network' | 'refused',
    message: string,
    /** HTTP status, 0 when nothing was received. */
    readonly status: number,
    /** What the provider said, as text; null when the server passed nothing on. */
    readonly detail: string | null = null,
    /** One line per refused field. */
    readonly lines: readonly string[] = [],
  ) {
    super(message);
  }

  /** Whether asking the same again may succeed. */
  get passing(): boolean {
    return this.kind === 'network' || this.status === 429 || this.status >= 500;
  }
}

export const EXPIRED_MESSAGE = 'This link has expired or is not valid. Ask for a new one where you got it from.';

/** Turns a refused answer into an error; `text` is its body, JSON or not. */
export function errorFrom(status: number, text: string): HubError {
  if (status === 401 || status === 403) return new HubError('expired', EXPIRED_MESSAGE, status);
  const body = objectOf(text);
  const inner = objectOf(body?.['message']);
  const message = stringOf(inner?.['message']) ?? stringOf(body?.['message']) ?? `The server answered with status ${status}.`;
  const said = body?.['provider_response'] ?? inner?.['provider_response'];
  return new HubError('refused', message, status, pretty(said), stringsOf(body?.['errors']));
}

function objectOf(value: unknown): Record<string, unknown> | null {
  if (typeof value !== 'string') return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function stringOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((line): line is string => typeof line === 'string') : [];
}

/** The provider's words: indented when they are JSON, as they are otherwise. */
function pretty(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? JSON.stringify(parsed, null, 2) : String(parsed);
  } catch {
    return value;
  }
}
