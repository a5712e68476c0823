// The agency's pages as a newcomer walks them: the first run, a request in under a minute, its link, the dashboard.
import { Agency } from '../support/agency.js';
import { Client } from '../support/client.js';
import { withFolder } from '../support/program.js';
import { startServer } from '../support/serve.js';
import { expect, test } from '../support/test.js';

const PASSWORD = 'the tide takes the harbour wall';
const MINUTE_MS = 60_000;

test('the first run: from the code in the terminal to an empty dashboard', async ({ page, look }) => {
  await withFolder(async (folder) => {
    const server = await startServer(folder);
    try {
      await page.goto(`${server.url}/requests`);
      await expect(page).toHaveURL(/\/set-up/);
      await look('set-up');
      await page.getByLabel('Set-up code').fill('2222-2222-2222-2222-2222');
      await page.getByLabel('Name', { exact: true }).fill('Northwind Growth');
      await page.getByLabel('Your name').fill('Kim Park');
      await page.getByLabel('E-mail address').fill('kim@northwind.test');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByTestId('set-up').click();
      await expect(page.getByRole('alert')).toContainText('This is not the code');
      await look('set-up-wrong');
      await page.getByLabel('Set-up code').fill(server.code);
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByTestId('set-up').click();
      await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
      await look('home-empty');
      for (const section of ['Requests', 'Clients', 'Grantees', 'Audit log', 'Team']) {
        await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click();
        await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible();
        await look(`empty-${section.toLowerCase().replace(' ', '-')}`);
      }
      await page.getByTestId('to-api-keys').click();
      await look('api-keys-empty');
      await page.getByLabel('Where is it used?').fill('Monthly report');
      await page.getByTestId('make-key').click();
      await expect(page.getByTestId('api-key')).toHaveValue(/^vk_/);
      await look('api-keys');
      await page.getByTestId('revoke-key').click();
      await look('api-key-revoke');
      await page.getByTestId('revoke-key-confirm').click();
      await expect(page.getByTestId('key-row')).toHaveCount(0);
      await page.getByTestId('sign-out').click();
      await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
      await look('sign-in-password');
      await page.getByLabel('E-mail address').fill('kim@northwind.test');
      await page.getByLabel('Password').fill('not this one');
      await page.getByTestId('sign-in-password').click();
      await expect(page.getByRole('alert')).toContainText('do not belong together');
      await look('sign-in-wrong');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByTestId('sign-in-password').click();
      await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
      expect(server.said.stdout, 'the code is for the terminal alone').not.toContain(server.code);
    } finally {
      await server.stop();
    }
  });
});

test('a request in under a minute, its link, and the client on it', async ({ page, demo, look }) => {
  const agency = new Agency(page, demo);
  await agency.signIn();
  const began = Date.now();
  await page.getByTestId('new-request').click();
  await look('new-request-empty');
  await page.getByLabel('Business name').fill('Harbour Bakery East');
  await page.getByLabel('E-mail address').fill('olivia@harbourbakery.example');
  // The segments lie under their words, as people press them.
  await page.getByTestId('level-meta.page-manage').check({ force: true });
  await page.getByTestId('level-meta.ad_account-view').check({ force: true });
  await expect(page.getByText('Post, reply to messages').first()).toBeVisible();
  await page.getByLabel('Message').fill('We start in spring.');
  await look('new-request');
  await page.getByTestId('send').click();
  const link = page.getByTestId('link');
  await expect(link).toHaveValue(/\/r\//);
  expect(Date.now() - began, 'from the button to the link').toBeLessThan(MINUTE_MS);
  await look('sent');
  const picture = page.getByRole('img', { name: /QR code/ });
  expect(await picture.evaluate((image) => image.naturalWidth), 'the QR code is drawn').toBeGreaterThan(0);
  const url = await link.inputValue();
  await page.getByTestId('to-request').click();
  await look('request-sent');
  await page.goto(`${page.url().split('#')[0]}/preview`);
  await expect(page.getByRole('heading', { level: 1, name: 'Preview' })).toBeVisible();
  await look('preview');

  const client = new Client(page, { ...demo, info: { ...demo.info, request_url: url } });
  await client.open();
  await client.logIn('olivia');
  await client.allow();
  const chosen = await client.pick();
  await client.review();
  await client.follow(await client.approve());
  await client.receipt();

  await page.goto(demo.info.base_url);
  await expect(page.getByTestId('request-row').first()).toHaveAttribute('data-state', 'complete');
  await look('home');
  await page.goto(`${demo.info.base_url}/clients`);
  await look('clients');
  await page.getByTestId('client-row').filter({ hasText: 'East' }).getByRole('link').click();
  await look('client');
  for (const id of chosen) await expect(agency.grant(id)).toHaveAttribute('data-state', 'active');
  await page.getByTestId('revoke-all').click();
  await look('revoke-all');
  await page.goto(`${demo.info.base_url}/audit?check=all`);
  await expect(page.getByRole('status')).toContainText('were checked just now');
  await look('audit');
  await page.goto(`${demo.info.base_url}/team`);
  await page.getByLabel('E-mail address').fill('lee@northwindgrowth.example');
  await page.getByTestId('invite').click();
  const invitation = await page.getByTestId('invitation').inputValue();
  await look('team');
  await page.goto(`${demo.info.base_url}/account`);
  await look('account');
  await page.goto(invitation);
  await look('join');
});

test('what an agency will do fills the form in with the least, which is then sent', async ({ page, demo, look }) => {
  const agency = new Agency(page, demo);
  await agency.signIn();
  await page.goto(`${demo.info.base_url}/requests/new`);
  await page.getByTestId('propose').click();
  await expect(page.getByRole('alert')).toContainText('Tick what you will do');
  await page.getByTestId('task-report-ads').check();
  await page.getByTestId('more-tasks').click();
  await page.getByTestId('task-instagram-ads').check();
  await page.getByTestId('task-spark-ads').check();
  await page.getByTestId('where-meta').check();
  await page.getByTestId('where-tiktok').check();
  await page.getByTestId('where-linkedin').check();
  await page.getByTestId('propose').click();
  await expect(page.getByTestId('advice')).toContainText('TikTok account');
  await expect(page.getByTestId('level-tiktok.tiktok_account-manage')).toBeChecked();
  await expect(page.getByTestId('level-meta.ad_account-manage')).toBeChecked();
  await expect(page.getByTestId('level-linkedin.ad_account-view')).toBeChecked();
  await look('advisor');
  await page.getByLabel('Business name').fill('Pine & Co');
  await page.getByLabel('E-mail address').fill('ann@pine.example');
  await page.getByTestId('send').click();
  await expect(page.getByTestId('link')).toHaveValue(/\/r\//);
  await page.getByTestId('to-request').click();
  await page.getByTestId('handout').click();
  await expect(page.getByRole('article')).toContainText('Share the ad account');
  await look('handout-agency');
});

test('the keyboard alone makes a request', async ({ page, demo }) => {
  const agency = new Agency(page, demo);
  await agency.signIn();
  await page.goto(`${demo.info.base_url}/requests/new`);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  const focus = async (locator) => {
    for (let n = 0; n < 40; n += 1) {
      if (await locator.evaluate((field) => field === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('the keyboard never came there');
  };
  await focus(page.getByLabel('Business name'));
  await page.keyboard.type('Pine & Co');
  await focus(page.getByLabel('E-mail address'));
  await page.keyboard.type('ann@pine.example');
  await focus(page.locator('[name="level.meta.page"]').first());
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('level-meta.page-view')).toBeChecked();
  await focus(page.getByTestId('send'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('link')).toHaveValue(/\/r\//);
});

test('settings: a logo with its way back, and the domain that clients see', async ({ page, demo, look }) => {
  await new Agency(page, demo).signIn();
  await page.goto(new URL('/settings', demo.info.base_url).href);
  const proof = page.getByTestId('domain-proof');
  await expect(proof).toHaveAttribute('data-state', 'verified');
  await expect(proof.getByTestId('of-demo')).toBeVisible();
  await look('settings');
  await page.getByLabel('Picture').setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
  await page.getByTestId('send-logo').click();
  await expect(page.getByRole('alert')).toContainText('SVG is not taken');
  await look('settings-refused');
  await page.getByTestId('remove-logo').click();
  await expect(page.getByRole('status').first()).toContainText('Logo removed');
  await expect(page.getByTestId('sample').getByRole('img')).toHaveCount(0);
  await page.getByTestId('restore-logo').click();
  await expect(page.getByRole('status').first()).toContainText('is back');
  await page.getByRole('textbox', { name: 'Domain' }).fill('growth.example');
  await page.getByTestId('save-domain').click();
  await expect(proof).toHaveAttribute('data-state', 'pending');
  await page.getByTestId('check-domain').click();
  await expect(proof.getByRole('status')).toContainText('no such record');
  await look('settings-pending');
});

test('a logo is in its place before it is loaded, and in the colours of both schemes', async ({ page, demo, look }) => {
  let letThrough = () => {};
  const held = new Promise((resolve) => {
    letThrough = resolve;
  });
  await page.route('**/logo/*.png', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(demo.info.request_url, { waitUntil: 'domcontentloaded' });
  const place = () => page.locator('.head').evaluate((head) => [...head.children].map((e) => e.getBoundingClientRect().toJSON()));
  const before = await place();
  letThrough();
  await expect.poll(() => page.locator('.head img').evaluate((img) => img.complete && img.naturalWidth > 0)).toBe(true);
  expect(await place(), 'nothing moves when the picture comes').toEqual(before);
  await expect(page.locator('.head')).toContainText('northwindgrowth.example verified in this demo');
  await look('link-logo');
});
