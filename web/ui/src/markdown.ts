/** One piece of inline text. Only `link` carries an address, and only an http or https one. */
export type Inline =
  | { kind: 'text' | 'strong' | 'em' | 'code'; text: string }
  | { kind: 'link'; text: string; href: string };

// Alternatives in order of precedence; none nests or spans its own opening mark, so a run
// of markers costs linear time.
const PATTERN = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\s][^*\n]*)\*|\[([^[\]\n]+)\]\(([^()\s]+)\)/g;

/** Gives the address back when it is absolute http or https without credentials, else null. */
export function safeHref(address: string): string | null {
  try {
    const url = new URL(address);
    const plain = url.protocol === 'https:' || url.protocol === 'http:';
    return plain && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

/** Splits text with **bold**, *italic*, `code` and [links](https://) into pieces; all else stays plain text. */
export function parseInline(source: string): Inline[] {
  const pieces: Inline[] = [];
  let from = 0;
  for (const match of source.matchAll(PATTERN)) {
    if (match.index > from) pieces.push({ kind: 'text', text: source.slice(from, match.index) });
    pieces.push(pieceOf(match));
    from = match.index + match[0].length;
  }
  if (from < source.length) pieces.push({ kind: 'text', text: source.slice(from) });
  return pieces;
}

function pieceOf([whole, code, strong, em, label, address]: RegExpMatchArray): Inline {
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', text: strong };
  if (em !== undefined) return { kind: 'em', text: em };
  const href = safeHref(address ?? '');
  return href ? { kind: 'link', text: label ?? href, href } : { kind: 'text', text: whole };
}
