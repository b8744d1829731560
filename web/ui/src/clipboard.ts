/**
 * Copies text, and tells whether it worked. The clipboard API needs a secure context and, in a frame, a permission;
 * the old command is the way left where either is missing.
 */
export async function copyText(text: string, from: Node): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text, from);
  }
}

function copyBySelection(text: string, from: Node): boolean {
  const area = document.createElement('textarea');
  area.className = 'unseen';
  area.value = text;
  const focused = (from.getRootNode() as Document | ShadowRoot).activeElement;
  from.parentNode?.append(area);
  area.select();
  let copied = false;
  try {
    copied = document.execCommand('copy');
  } catch {
    copied = false;
  }
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
