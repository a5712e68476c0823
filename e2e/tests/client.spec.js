// What a client does beside signing in, looked at in every variant.
import { Api } from '../support/api.js';
import { lastMail } from '../support/mail.js';
import { expect, test } from '../support/test.js';

const X_ADS = { platform: 'x-ads', assets: [{ type: 'ad_account', level: 'manage' }] };
const META = { platform: 'meta', assets: [{ type: 'page', level: 'manage' }] };

async function request(demo, items) {
  const api = new Api(demo.info);
  await api.post('/grantees', { platform: 'x-ads', kind: 'handle', external_id: '@northwindads', label: 'Northwind Growth' });
  return api.post('/requests', {
    client: { name: 'Harbour Bakery', email: 'olivia@harbourbakery.example' },
    message: 'This is the access we talked about on Tuesday.',
    access_expires_at: '2030-06-30T12:00:00Z',
    items,
  });
}

test('steps done by hand are shown as the client said them, and taken back by hand', async ({ page, demo, look }) => {
  const sent = await request(demo, [X_ADS]);
  await page.goto(sent.url);
  await look('by-hand-link');
  await page.getByTestId('handout').click();
  await expect(page.getByRole('article')).toContainText('@northwindads');
  await look('handout');
  await page.getByRole('link', { name: 'Back to the request' }).click();
  await page.getByTestId('guide-x-ads').click();
  await look('guide');
  await expect(page.getByText('@northwindads').first()).toBeVisible();
  await page.getByTestId('which-1').fill('not an account!');
  await page.getByTestId('guided-done-x-ads').click();
  await expect(page.getByRole('alert')).toBeVisible();
  await look('guide-refused');
  await page.getByTestId('which-1').fill('@harbourbakery');
  await page.getByTestId('guided-done-x-ads').click();
  await expect(page.getByTestId('platform-x-ads')).toHaveAttribute('data-state', 'settled');
  await look('by-hand-done');
  expect(await demo.simulator.ledger(), 'nothing is called anywhere').toEqual([]);

  await page.getByRole('link', { name: /receipt/i }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('You said');
  await look('by-hand-receipt');
  await page.getByTestId('access').click();
  await expect(page.getByTestId('held-harbourbakery')).toHaveAttribute('data-state', 'attested');
  await look('access');

  // In a browser that gave nothing, a code by mail is as good.
  await page.context().clearCookies();
  await page.reload();
  await expect(page.getByTestId('revoke-harbourbakery')).toHaveCount(0);
  await page.getByTestId('code-to-revoke').click();
  await look('code-ask');
  await page.getByTestId('send-code').click();
  await expect(page.getByRole('status')).toContainText('o…@harbourbakery.example');
  await page.getByTestId('code').fill('wrong');
  await page.getByTestId('enter-code').click();
  await look('code-wrong');
  const { text } = await lastMail(demo.info);
  await page.getByTestId('code').fill(text.match(/^\s*(\d{6})$/m)[1]);
  await page.getByTestId('enter-code').click();
  await page.getByText('Revoke access', { exact: false }).first().click();
  await page.getByTestId('revoke-harbourbakery').click();
  await look('removal');
  await page.getByTestId('removed-x-ads').click();
  await expect(page.getByTestId('line-harbourbakery')).toHaveAttribute('data-state', 'revoked');
  await look('access-empty');
});

test('a card is asked about, passed on, left out and opened again with one click each', async ({ page, demo, look }) => {
  const sent = await request(demo, [META, X_ADS]);
  await page.goto(sent.url);
  await look('two-cards');
  await page.getByTestId('help-meta').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('was told');
  await look('help');
  await page.goto(sent.url);
  await page.getByTestId('hand-over-x-ads').click();
  await look('passed-on');
  const card = await page.getByTestId('card-link').inputValue();
  await page.goto(card);
  await expect(page.getByTestId('platform-x-ads')).toBeVisible();
  await expect(page.getByTestId('platform-meta')).toHaveCount(0);
  await look('card');
  await page.goto(sent.url);
  await expect(page.getByTestId('platform-x-ads')).toHaveAttribute('data-state', 'handed_over');
  await page.getByTestId('skip-meta').click();
  await expect(page.getByTestId('platform-meta')).toHaveAttribute('data-state', 'skipped');
  await look('skipped');
  await page.getByTestId('reopen-meta').click();
  await expect(page.getByTestId('platform-meta')).toHaveAttribute('data-state', 'open');
});
