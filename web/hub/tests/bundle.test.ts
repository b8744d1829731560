// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const DIST = new URL('../dist/', import.meta.url);
const LIMIT_BYTES = 25_000;

describe('the built hub', () => {
  it('is one module of at most 25 kB, compressed', () => {
    const code = readFileSync(new URL('hub.js', DIST));
    expect(gzipSync(code).length).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(code.toString()).not.toMatch(/(?:^|[;}])(?:import|export)[{ *"']/);
  });

  it('has no inline script, no inline style and no foreign address in its page', () => {
    const page = readFileSync(new URL('link.html', DIST), 'utf8');
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|https?:/);
    expect(page.match(/<script[^>]*>/g)?.every((tag) => tag.includes('src="/assets/hub/'))).toBe(true);
    expect(readdirSync(DIST).sort()).toEqual(['hub.js', 'link.css', 'link.html', 'link.js']);
  });
});
