import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import Markdown from '../src/Markdown.svelte';
import { parseInline, safeHref } from '../src/markdown.ts';

let app: Record<string, unknown> | undefined;

function render(text: string): HTMLElement {
  app = mount(Markdown, { target: document.body, props: { text } });
  flushSync();
  return document.body;
}

afterEach(async () => {
  if (app) await unmount(app);
  document.body.replaceChildren();
});

describe('parseInline', () => {
  it('knows bold, italic, code and links', () => {
    expect(parseInline('a **b** *c* `d` [e](https://x.example/)')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'strong', text: 'b' },
      { kind: 'text', text: ' ' },
      { kind: 'em', text: 'c' },
      { kind: 'text', text: ' ' },
      { kind: 'code', text: 'd' },
      { kind: 'text', text: ' ' },
      { kind: 'link', text: 'e', href: 'https://x.example/' },
    ]);
  });

  it.each(['2 * 3 * 4', '**open', '`open', '[label] (https://x.example)', ''])('leaves %j as text', (text) => {
    expect(parseInline(text).map((piece) => piece.text).join('')).toBe(text);
    expect(parseInline(text).every((piece) => piece.kind === 'text')).toBe(true);
  });

  it('takes linear time on runs of markers', () => {
    const begin = performance.now();
    for (const mark of ['*', '`', '[', '**a', '[a](', '*a']) parseInline(mark.repeat(20_000));
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

describe('safeHref', () => {
  it.each(['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', '//x.example', '/x', 'ftp://x.example', 'https://a:b@x.example', ''])(
    'refuses %j',
    (address) => expect(safeHref(address)).toBeNull(),
  );
});

describe('Markdown', () => {
  it.each([
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    '[x](javascript:alert(1))',
    '**<b onclick=alert(1)>x</b>**',
    '`<svg onload=alert(1)>`',
    '[<img src=x>](https://x.example/"onmouseover="alert(1))',
  ])('renders %j as text', (text) => {
    const body = render(text);
    expect(body.querySelector('img, script, svg, b, [onclick], [onmouseover], a[href^="javascript"]')).toBeNull();
  });

  it('opens links in a new tab without handing over the opener', () => {
    const link = render('see [it](https://x.example/a)').querySelector('a');
    expect(link?.rel).toBe('noopener noreferrer');
    expect(link?.target).toBe('_blank');
    expect(link?.href).toBe('https://x.example/a');
  });

  it('makes paragraphs at blank lines', () => {
    expect(render('one\n\ntwo').querySelectorAll('p')).toHaveLength(2);
  });
});
