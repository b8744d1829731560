import type { AccountDetail, ConnectorConfig, Field } from '../api/wire.ts';

/** What the server sends in place of a stored secret, before an optional visible tail. */
export const PLACEHOLDER_PREFIX = '__secretvalue:**redacted**';

const TYPES = new Set(['text', 'password', 'number', 'select', 'text_area']);
const TRIGGER_KEY = 'external-trigger-token';

/** Values by field key, always as strings. */
export type Values = Record<string, string>;

/** Only a literal `false` makes a field public. */
export const isSecret = (field: Field): boolean => field.secret !== false;

/** Whether the field is drawn: not hidden, and of a type we know. */
export const isShown = (field: Field): boolean => field.display !== false && TYPES.has(field.type ?? '');

/** What is in the form at first, and which secrets the server already keeps (with the tail that may be shown). */
export interface Prefill {
  values: Values;
  stored: Record<string, string>;
}

export function prefill(fields: readonly Field[], account: AccountDetail | null, triggerToken?: string): Prefill {
  const values: Values = {};
  const stored: Record<string, string> = {};
  for (const field of fields) {
    const kept = isSecret(field) ? account?.secrets?.[field.key] : account?.setupInformation?.[field.key];
    const start = kept ?? (field.key === TRIGGER_KEY ? triggerToken : undefined) ?? field.value ?? '';
    const text = String(start);
    if (text.startsWith(PLACEHOLDER_PREFIX)) {
      stored[field.key] = text.slice(PLACEHOLDER_PREFIX.length);
      values[field.key] = '';
    } else {
      values[field.key] = text;
    }
  }
  return { values, stored };
}

/** Ten dots and the visible tail: a secret that is kept unless something is typed. */
export const dots = (tail: string): string => '•'.repeat(10) + tail;

/** The sentence that says what is wrong with a value, or null. `kept` means the server has a secret already. */
export function faultOf(field: Field, value: string, kept: boolean): string | null {
  const name = field.label ?? field.key;
  if (value === '') return field.required && !kept ? `${name} is required.` : null;
  if (field.type === 'number' && !/^\d+$/.test(value)) return `${name} takes digits only.`;
  const rule = field.validation;
  if (!rule || satisfies(rule.type, rule.pattern, value)) return null;
  return rule.error ?? `${name} does not have the expected form.`;
}

function satisfies(type: string, pattern: string, value: string): boolean {
  if (type === 'domain') return isUnderDomain(value, `${pattern}.com`.toLowerCase());
  if (type !== 'html-pattern') return true;
  try {
    return new RegExp(pattern).test(value);
  } catch {
    // A pattern that this browser cannot read must not lock the form: the server checks too.
    return true;
  }
}

function isUnderDomain(value: string, domain: string): boolean {
  const host = value.trim().toLowerCase().replace(/^https?:\/\//, '').split(/[/?#:]/)[0] ?? '';
  return host === domain || host.endsWith(`.${domain}`);
}

/** All faults by field key; hidden fields take part. */
export function faults(fields: readonly Field[], values: Values, stored: Record<string, string>): Values {
  const found: Values = {};
  for (const field of fields) {
    const fault = faultOf(field, values[field.key] ?? '', field.key in stored);
    if (fault) found[field.key] = fault;
  }
  return found;
}

/** What leaves the form: known fields as strings, without empty ones and thus without untouched secrets. */
export function credentials(fields: readonly Field[], values: Values): Values {
  const out: Values = {};
  for (const { key } of fields) {
    const value = values[key] ?? '';
    if (value !== '' && !value.startsWith(PLACEHOLDER_PREFIX)) out[key] = value;
  }
  return out;
}

/** Whether the sign-in happens in a window of the provider. */
export const usesPopup = (config: ConnectorConfig): boolean =>
  config.type === 'oauth2' && (!('grantType' in config) || config.grantType === 'authorization_code');
