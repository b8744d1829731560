import base from '@linkyard/ui/css/base.css?inline';
import tokens from '@linkyard/ui/css/tokens.css?inline';
import { mount, unmount } from 'svelte';
import styles from './hub.css?inline';
import Hub from './views/Hub.svelte';

const ATTRIBUTES = ['token', 'base-url', 'height', 'theme', 'account-id'] as const;
const PROPERTIES = { token: 'token', baseUrl: 'base-url', height: 'height', theme: 'theme', accountId: 'account-id' } as const;
const OWN_ORIGIN = new URL(import.meta.url).origin;

let sheet: CSSStyleSheet | undefined;

/** One sheet for all elements of a page: a strict content policy allows constructed sheets, but no style elements. */
function sharedSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(tokens + base + styles);
  }
  return sheet;
}

/**
 * `<linkyard-hub>`: links an account with a session token.
 *
 * Attributes, each a property too: `token`, `base-url` (the server; where this script came from, unless set), `height`
 * (a CSS length), `theme` (`light`, `dark` or `system`), `account-id` (edits that account).
 * Events: `success` with `{id, provider}`, and `close`.
 */
export class LinkyardHub extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES;

  declare token: string;
  declare baseUrl: string;
  declare height: string;
  declare theme: string;
  declare accountId: string;

  #app: Record<string, unknown> | undefined;
  #pending = false;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sharedSheet()];
    this.#takeEarlyProperties();
    this.#refresh();
  }

  disconnectedCallback(): void {
    // Moving the element disconnects and connects it in one go: that must not lose what was typed.
    this.#refresh();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.#app) return;
    if (name === 'theme' || name === 'height') this.#dress();
    else this.#refresh(true);
  }

  /** Properties set before the script was loaded sit on the object and hide the accessors: hand them over. */
  #takeEarlyProperties(): void {
    for (const name of Object.keys(PROPERTIES) as (keyof typeof PROPERTIES)[]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      Reflect.deleteProperty(this, name);
      this[name] = value;
    }
  }

  /** Several attributes set one after the other make one new start. */
  #refresh(again = false): void {
    if (again) this.#stop();
    if (this.#pending) return;
    this.#pending = true;
    queueMicrotask(() => {
      this.#pending = false;
      if (!this.isConnected) this.#stop();
      else if (!this.#app) this.#start();
    });
  }

  #start(): void {
    this.#app = mount(Hub, {
      target: this.shadowRoot as ShadowRoot,
      props: {
        inputs: { token: this.token, baseUrl: serverOf(this.baseUrl), accountId: this.accountId },
        onlinked: (account) => this.#tell(account),
        onclose: () => this.dispatchEvent(new CustomEvent('close')),
      },
    });
    this.#dress();
  }

  #stop(): void {
    if (this.#app) void unmount(this.#app);
    this.#app = undefined;
  }

  #tell(account: { id: string; provider: string }): void {
    this.dispatchEvent(new CustomEvent('success', { detail: account }));
    // Ids only, as the public component does: the parent's origin is not known here.
    window.parent.postMessage({ type: 'AccountConnected', account }, '*');
  }

  #dress(): void {
    const frame = this.shadowRoot?.querySelector<HTMLElement>('.ly');
    if (!frame) return;
    frame.dataset['theme'] = ['dark', 'system'].includes(this.theme) ? this.theme : 'light';
    // Through the object model, which a strict content policy allows; a bad length is ignored by it.
    frame.style.height = /^\d+$/.test(this.height) ? `${this.height}px` : this.height;
  }
}

/** The server's address without a slash at the end. */
function serverOf(given: string): string {
  return (given || OWN_ORIGIN).replace(/\/+$/, '');
}

for (const [property, attribute] of Object.entries(PROPERTIES)) {
  Object.defineProperty(LinkyardHub.prototype, property, {
    get(this: LinkyardHub) {
      return this.getAttribute(attribute) ?? '';
    },
    set(this: LinkyardHub, value: unknown) {
      if (value === null || value === undefined || value === '') this.removeAttribute(attribute);
      else this.setAttribute(attribute, String(value));
    },
    enumerable: true,
    configurable: true,
  });
}
