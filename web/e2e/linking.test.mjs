// The whole way in a real browser, against the running binary: open the auth link, paste a token, connect, and find the
// account on the dashboard. Run by `make test`; needs the debug binary and Chromium.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const binary = process.env.LINKYARD_BIN ?? fileURLToPath(new URL('../../target/debug/linkyard', import.meta.url));
const shots = process.env.LINKYARD_SCREENSHOTS;

let folder;
let server;
let ready;
let browser;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'linkyard-'));
  server = spawn(binary, ['dev', '--port', '0', '--json', '--data-dir', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout });
  ready = await new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line)));
    server.once('exit', (code) => reject(new Error(`the binary ended with ${code}`)));
  });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  if (server && server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A page that fails the test on a CSP violation, an error in its scripts, or a request to a foreign host. */
async function open(url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== ready.url) faults.push(`foreign request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

async function shot(page, name) {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

async function api(path, init = {}) {
  const authorization = `Basic ${Buffer.from(`${ready.api_key}:`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json', ...init.headers };
  const response = await fetch(ready.url + path, { ...init, headers });
  return { status: response.status, body: await response.json() };
}

test('items 3 and 4: a person links an account in the browser and an operator sees it', async () => {
  const { page, faults, close } = await open(ready.auth_link);
  const field = page.getByLabel('API Token');
  await field.waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the page clears the token from its address');
  await shot(page, 'link-form');

  await field.fill('a-wrong-token');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('alert').first().waitFor();
  await shot(page, 'link-wrong-token');
  assert.deepEqual((await api('/accounts')).body, [], 'a wrong token links nothing');

  await field.fill(ready.tokens.public_read);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('heading', { name: /is (linked|updated)/ }).waitFor();
  assert.ok(await page.getByText('compensations:read').first().isVisible(), 'the page names the missing scopes');
  await shot(page, 'link-missing-scopes');
  const [account] = (await api('/accounts')).body;
  assert.equal(account.status, 'active');
  assert.deepEqual(faults, []);
  await close();

  const refused = await api('/actions/rpc', {
    method: 'POST',
    headers: { 'x-account-id': account.id },
    body: JSON.stringify({ action: 'humaans_list_compensations' }),
  });
  assert.equal(refused.status, 403);
  assert.equal(refused.body.errorCode, 'MissingScope');

  const dashboard = await open(ready.dashboard_url);
  await dashboard.page.getByText('Acme Ltd').first().waitFor();
  await shot(dashboard.page, 'dashboard');
  assert.deepEqual(dashboard.faults, []);
  await dashboard.close();

  const again = await open(ready.dashboard_url);
  await again.page.getByText('linkyard admin login-link').first().waitFor();
  await again.close();
});

test('the linking page works on a phone, in the dark, by keyboard', async () => {
  const { page, faults, close } = await open(ready.auth_link, {
    viewport: { width: 360, height: 740 },
    colorScheme: 'dark',
  });
  const field = page.locator('input[type=password]').first();
  await field.waitFor();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
  await shot(page, 'link-phone-dark');
  await field.focus();
  await page.keyboard.type(ready.tokens.full);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /is updated/ }).waitFor();
  await shot(page, 'link-phone-done');
  assert.deepEqual(faults, []);
  const accounts = (await api('/accounts')).body;
  assert.equal(accounts.length, 1, 'the same owner keeps one account');
  await close();
});
