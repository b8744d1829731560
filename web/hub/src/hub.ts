import { LinkyardHub } from './element.ts';

// A page may load the script twice, by two paths: the first one wins.
if (!customElements.get('linkyard-hub')) customElements.define('linkyard-hub', LinkyardHub);
