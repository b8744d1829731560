/** The hosted page behind an auth link: takes the token from the fragment and shows the hub. */

const main = document.getElementById('main') as HTMLElement;

/** Reads the token and removes it from the address, so that it is in no history entry, bookmark or Referer. */
function takeToken(): string {
  const token = location.hash.slice(1);
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  return token;
}

function say(title: string, sentence: string): void {
  const card = document.createElement('div');
  card.className = 'card';
  card.tabIndex = -1;
  const heading = document.createElement('h1');
  heading.textContent = title;
  const text = document.createElement('p');
  text.textContent = sentence;
  card.append(heading, text);
  main.replaceChildren(card);
  card.focus();
}

function showHub(token: string): void {
  const hub = document.createElement('linkyard-hub');
  hub.setAttribute('theme', 'system');
  hub.setAttribute('base-url', location.origin);
  hub.setAttribute('token', token);
  let linked = false;
  hub.addEventListener('success', () => {
    linked = true;
    document.title = 'Account linked';
  });
  hub.addEventListener('close', () => {
    if (linked) say('All done', 'The account is linked. You can close this window.');
    else say('Nothing was linked', 'You can close this window, or open the link again to start anew.');
  });
  main.replaceChildren(hub);
}

function start(): void {
  const token = takeToken();
  if (token) showHub(token);
  else say('Open your link again', 'This page needs the whole link that you were sent. For your safety its token is not kept, so a reloaded page has to be opened from the link once more.');
}

// The same link opened again in this tab changes nothing but the fragment.
window.addEventListener('hashchange', () => {
  if (location.hash !== '') start();
});
start();
