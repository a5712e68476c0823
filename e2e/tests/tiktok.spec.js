// TikTok with a phone beside the screen: a code is scanned, and what the client does is counted beside what the same
// takes in Business Center.
import { Api } from '../support/api.js';
import { inShort } from '../support/simulator.js';
import { expect, test } from '../support/test.js';

const [BAKERY, AGENCY, TIDEWATER] = ['7101234567890123456', '7109876543210987654', '7109900000000000044'];
const [DE, AT, CATERING] = ['7093215678901234567', '7093215678901234890', '7093215678901235001'];
const ZOES = '7170000000000000059';
const [SHOP, SHOPS_ADS, SHOPS] = ['7103300000000000011', '7093500000000000071', '7170000000000000067'];

/** In Business Center, once somebody is signed in there (TT-18, TT-24, TT-37). */
const addPartner = (...accounts) => [
  'Partners', 'Add a partner', 'type the 19 digits of the agency’s id', 'Ad accounts', ...accounts, 'the role', 'Next', 'Confirm',
];
const SHARE_PROFILE = [
  'Accounts', 'TikTok accounts', 'View', 'Partners', 'Share with partners', 'the agency', 'existing posts', 'new videos', 'Confirm',
];
/** By the agency; the creator scans what it sends, and presses nothing but Allow on the phone, as here. */
const SEND_CODE = [
  'Accounts', 'TikTok accounts', 'Add a TikTok account', 'Link an existing TikTok account', 'Send a QR code', 'Deliver ads',
  'existing posts', 'new videos', 'Create', 'type a mail with the code',
];

const natively = (...steps) => {
  const typed = steps.filter((step) => step.startsWith('type ')).length;
  return { clicks: steps.length - typed, typed };
};

const request = (demo, types) =>
  new Api(demo.info).post('/requests', {
    client: { name: 'Harbour Bakery', email: 'olivia@harbourbakery.example' },
    items: [{ platform: 'tiktok', assets: types.map((type) => ({ type, level: 'manage' })) }],
  });

/** Mia has a shop: one Business Center, one ad account, one profile. */
async function openShop(demo) {
  const { url } = demo.simulator;
  const world = await (await fetch(`${url}/_sim/world`)).json();
  const { centers, assets } = world.platforms.tiktok;
  centers[SHOP] = { name: 'Mia’s Shop', currency: 'EUR', area: 'DE', type: 'SELF_SERVICE', members: { mia: { role: 'ADMIN' } } };
  assets[SHOPS_ADS] = { type: 'ADVERTISER', name: 'Mia’s Shop', owner: SHOP };
  assets[SHOPS] = { type: 'TT_ACCOUNT', name: 'mias.shop', person: 'mia' };
  const answer = await fetch(`${url}/_sim/reset`, { method: 'POST', body: JSON.stringify({ platforms: world.platforms }) });
  expect(answer.ok, await answer.text()).toBe(true);
}

/** The client at the screen; what they press and type at ours is counted. */
class AtScreen {
  effort = { clicks: 0, typed: 0 };

  constructor(page) {
    this.page = page;
  }

  /** Exactly this, and no more than natively; both stand in the report. */
  took(here, there) {
    expect(this.effort).toEqual(here);
    expect(here.clicks + here.typed).toBeLessThanOrEqual(there.clicks + there.typed);
    const said = ({ clicks, typed }) => `${clicks} clicks, ${typed} typed`;
    test.info().annotations.push({ type: 'effort', description: `${said(here)}; natively ${said(there)}` });
  }

  async click(hook) {
    await this.page.getByTestId(hook).click();
    this.effort.clicks += 1;
  }

  async type(hook, text) {
    await this.page.getByTestId(hook).fill(text);
    this.effort.typed += 1;
  }

  /** At the platform, which anybody would have to. */
  async signIn(person) {
    await this.click('connect-tiktok');
    await this.page.getByTestId(`sim-login-${person}`).click();
    await this.page.getByTestId('sim-allow').click();
    await expect(this.page.getByTestId('review')).toBeVisible();
  }
}

/** Opens what the code holds as the phone would, and says yes there. */
async function scan(browser, page, person) {
  const address = await page.getByTestId('scan-address').getAttribute('href');
  const context = await browser.newContext();
  const phone = await context.newPage();
  await phone.goto(address);
  await phone.getByTestId(`sim-login-${person}`).click();
  await expect(phone.getByRole('heading', { level: 1 })).toContainText('deliver ads');
  await phone.getByTestId('sim-allow').click();
  await expect(phone.getByRole('heading', { level: 1 })).toContainText('Done');
  await context.close();
}

const settled = (page, card) =>
  expect(async () => {
    await page.reload();
    await expect(page.getByTestId(`platform-${card}`)).toHaveAttribute('data-state', 'settled', { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });

// The page that tells how it is going may just be leading on by itself.
const back = (page, sent) =>
  expect(async () => {
    await page.goto(sent.url);
    expect(page.url()).toBe(sent.url);
  }).toPass();

test('a small shop gives its ad account, then its TikTok account by a code', async ({ page, demo, browser, look }) => {
  await openShop(demo);
  const sent = await request(demo, ['ad_account', 'tiktok_account']);
  const client = new AtScreen(page);
  await page.goto(sent.url);
  await expect(page.getByTestId('after-tiktok-tiktok_account')).toBeVisible();
  await expect(page.getByTestId('scan-tiktok-tiktok_account')).toHaveCount(0);
  await look('tiktok-link');
  await client.signIn('mia');
  await client.click('review');
  await client.click('approve');
  await back(page, sent);
  await settled(page, 'tiktok');
  await client.click('scan-tiktok-tiktok_account');
  await expect(page.getByTestId('scan-code')).toBeVisible();
  await look('tiktok-code');
  await scan(browser, page, 'mia');
  await client.type('which-1', '@mias.shop');
  await client.click('scanned-tiktok');
  await back(page, sent);
  await settled(page, 'tiktok-tiktok_account');
  await look('tiktok-done');
  expect(inShort(await demo.simulator.ledger())).toEqual([`approve ${SHOPS} for ${AGENCY}`, `grant ${SHOPS_ADS} for ${AGENCY}`]);
  client.took({ clicks: 5, typed: 1 }, natively(...addPartner('Mia’s Shop'), ...SHARE_PROFILE));
});

test('a retailer with two Business Centers gives from both, and another partner keeps what it has', async ({ page, demo, look }) => {
  const sent = await request(demo, ['ad_account']);
  const client = new AtScreen(page);
  await page.goto(sent.url);
  await client.signIn('olivia');
  await expect(page.locator('fieldset')).toHaveCount(2);
  await look('tiktok-two-centers');
  for (const account of [DE, AT, CATERING]) await client.click(`asset-${account}`);
  await client.click('review');
  await client.click('approve');
  await back(page, sent);
  await settled(page, 'tiktok');
  const ledger = inShort(await demo.simulator.ledger());
  expect(ledger).toEqual([DE, AT, CATERING].map((account) => `grant ${account} for ${AGENCY}`).sort());
  const world = await (await fetch(`${demo.simulator.url}/_sim/world`)).json();
  expect(Object.keys(world.platforms.tiktok.assets[AT].partners)).toEqual([AGENCY, TIDEWATER].sort());
  expect(world.platforms.tiktok.centers[BAKERY].partners[TIDEWATER]).toBe(true);
  client.took({ clicks: 6, typed: 0 }, natively(...addPartner('DE', 'AT'), ...addPartner('Catering')));
});

test('a creator without a Business Center scans a code, and types nothing after a sign-in that shares nothing', async ({ page, demo, browser, look, javaScriptEnabled }) => {
  const sent = await request(demo, ['tiktok_account']);
  const client = new AtScreen(page);
  await page.goto(sent.url);
  await client.click('scan-tiktok-tiktok_account');
  await client.type('which-1', 'zoe.lindqvist');
  await client.click('scanned-tiktok');
  await expect(page.getByRole('alert')).toContainText('yet');
  await look('tiktok-not-yet');
  client.effort = { clicks: 1, typed: 0 };
  await client.click('owner-tiktok');
  await page.getByTestId('sim-login-zoe').click();
  await page.getByTestId('sim-allow').click();
  await expect(page.getByTestId('owner')).toContainText('zoe.lindqvist');
  await client.click('scan-tiktok');
  await look('tiktok-owner');
  await scan(browser, page, 'zoe');
  // The page waits beside the code, and says so by itself.
  if (javaScriptEnabled) await expect(page.getByText('TikTok shows it now')).toBeVisible({ timeout: 20_000 });
  await client.click('scanned-tiktok');
  await back(page, sent);
  await settled(page, 'tiktok-tiktok_account');
  expect(inShort(await demo.simulator.ledger())).toEqual([`approve ${ZOES} for ${AGENCY}`]);
  // The agency does nothing here; natively all of this is the agency’s, and again whenever a code has ended.
  client.took({ clicks: 4, typed: 0 }, natively(...SEND_CODE));
});

test('a code is replaced by a new one while it is looked at, before it ends', async ({ page, demo, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, 'without the script a button does it');
  const sent = await request(demo, ['tiktok_account']);
  await page.clock.install();
  await page.goto(sent.url);
  await page.getByTestId('scan-tiktok-tiktok_account').click();
  const address = page.getByTestId('scan-address');
  const first = await address.getAttribute('href');
  await page.clock.fastForward(200_000);
  await expect(address).toHaveAttribute('href', first);
  await page.clock.fastForward(41_000);
  await expect(address).not.toHaveAttribute('href', first);
});
