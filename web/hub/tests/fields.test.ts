import { describe, expect, it } from 'vitest';
import type { AccountDetail, Field } from '../src/api/wire.ts';
import { credentials, dots, faultOf, faults, isShown, PLACEHOLDER_PREFIX, prefill, usesPopup } from '../src/form/fields.ts';

const field = (given: Partial<Field>): Field => ({ key: 'k', type: 'text', label: 'Key', secret: false, ...given });
const account = (given: Partial<AccountDetail>): AccountDetail => ({
  secureId: 'acc_1',
  provider: 'acmehr',
  integrationId: 'int_1',
  version: '1.0.0',
  ...given,
});

describe('prefill', () => {
  it('takes defaults, stored values and the trigger token', () => {
    const fields = [field({ key: 'a', value: 7 }), field({ key: 'b' }), field({ key: 'external-trigger-token' })];
    const start = prefill(fields, account({ setupInformation: { b: 'kept' } }), 'trigger');
    expect(start).toEqual({ values: { a: '7', b: 'kept', 'external-trigger-token': 'trigger' }, stored: {} });
  });

  it('keeps placeholders of secrets out of the values', () => {
    const start = prefill([field({ secret: true })], account({ secrets: { k: `${PLACEHOLDER_PREFIX}9f` } }));
    expect(start).toEqual({ values: { k: '' }, stored: { k: '9f' } });
    expect(dots('9f')).toBe('••••••••••9f');
  });

  it('counts a field as secret unless it says false', () => {
    const { secret: _secret, ...open } = field({});
    expect(prefill([open], account({ setupInformation: { k: 'x' } })).values['k']).toBe('');
  });
});

describe('faultOf', () => {
  it.each<[string, Partial<Field>, string, boolean, boolean]>([
    ['empty and required', { required: true }, '', false, false],
    ['empty, required, kept by the server', { required: true }, '', true, true],
    ['empty and optional', {}, '', false, true],
    ['digits', { type: 'number' }, '012', false, true],
    ['a sign in a number', { type: 'number' }, '-1', false, false],
    ['a pattern that matches', { validation: { type: 'html-pattern', pattern: '^a+$' } }, 'aa', false, true],
    ['a pattern that does not', { validation: { type: 'html-pattern', pattern: '^a+$' } }, 'ab', false, false],
    ['a pattern that is none', { validation: { type: 'html-pattern', pattern: '(' } }, 'x', false, true],
    ['a domain', { validation: { type: 'domain', pattern: 'acmehr' } }, 'https://eu.acmehr.com/x', false, true],
    ['a look-alike domain', { validation: { type: 'domain', pattern: 'acmehr' } }, 'acmehr.com.evil.example', false, false],
    ['an unknown rule', { validation: { type: 'other', pattern: 'x' } }, 'y', false, true],
  ])('%s', (_name, given, value, kept, fine) => {
    expect(faultOf(field(given), value, kept) === null).toBe(fine);
  });

  it('says what the connector wrote', () => {
    const rule = { type: 'html-pattern', pattern: '^a$', error: 'Only a.' };
    expect(faultOf(field({ validation: rule }), 'b', false)).toBe('Only a.');
  });

  it('holds for hidden fields too', () => {
    expect(faults([field({ required: true, display: false })], {}, {})).toEqual({ k: 'Key is required.' });
  });
});

describe('credentials', () => {
  it('sends known, filled fields as strings, and no placeholder', () => {
    const fields = [field({ key: 'a' }), field({ key: 'b' }), field({ key: 'c', secret: true })];
    const values = { a: 'x', b: '', c: `${PLACEHOLDER_PREFIX}12`, stranger: 'y' };
    expect(credentials(fields, values)).toEqual({ a: 'x' });
  });
});

describe('what is drawn', () => {
  it.each([
    ['text', true],
    ['text_area', true],
    ['upload', false],
    [undefined, false],
  ])('type %s: %s', (type, shown) => {
    const { type: _type, ...rest } = field({});
    expect(isShown(type === undefined ? rest : { ...rest, type })).toBe(shown);
  });

  it('leaves out display: false', () => expect(isShown(field({ display: false }))).toBe(false));
});

describe('usesPopup', () => {
  const config = { key: 'a', name: 'A', configFields: [] };
  it.each([
    [{ ...config, type: 'oauth2' as const }, true],
    [{ ...config, type: 'oauth2' as const, grantType: 'authorization_code' }, true],
    [{ ...config, type: 'oauth2' as const, grantType: null }, false],
    [{ ...config, type: 'oauth2' as const, grantType: 'client_credentials' }, false],
    [{ ...config, type: 'custom' as const }, false],
  ])('%o: %s', (given, expected) => expect(usesPopup(given)).toBe(expected));
});
