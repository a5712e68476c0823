// Three clients of different kinds at Meta, each with one link.
import { Api } from '../support/api.js';
import { Client } from '../support/client.js';
import { inShort, NORTHWIND_PORTFOLIO } from '../support/simulator.js';
import { expect, test } from '../support/test.js';

const HARBOUR = '461820937451102';
const PAGE = '108237461950233';
const CATERING = '108237461950641';
const INSTAGRAM = '672839102938471';
const THREADS = '25117396804418823';
/** What Meta adds to a link: its own login and consent are not counted. */
const MOST_CLICKS = 3;

async function send(demo, client, assets) {
  return new Api(demo.info).post('/requests', { client, items: [{ platform: 'meta', assets }] });
}

const BAKERY = { name: 'Harbour Bakery & Co', email: 'olivia@harbourbakery.example' };
const EVERYTHING = ['page', 'instagram_account', 'threads_account'].map((type) => ({ type, level: 'manage' }));

/** The client's steps up to the accounts, from a link of this test's own. */
async function arrive(page, demo, url, person) {
  const client = new Client(page, demo);
  await page.goto(url);
  await client.logIn(person);
  return client;
}

/** A bakery has one Page. */
const onePage = (platforms) => {
  delete platforms.meta.assets[CATERING];
};

test('a bakery gives Page, Instagram and Threads with three clicks and types nothing', async ({ page, demo }) => {
  await demo.simulator.change(onePage);
  const before = (await demo.simulator.ledger()).length;
  const sent = await send(demo, BAKERY, EVERYTHING);
  const client = await arrive(page, demo, sent.url, 'olivia');
  await client.allow();
  expect((await client.pick()).sort(), 'all three are ticked already').toEqual([INSTAGRAM, PAGE, THREADS].sort());
  await client.review();
  await expect(page.getByTestId('questions')).toContainText('Is the Threads profile public?');
  await client.approve();
  await expect(client.line(PAGE)).toHaveAttribute('data-state', 'active', { timeout: 30_000 });
  await client.click('done-by-hand');
  await expect(page.getByTestId('receipt')).toBeVisible({ timeout: 30_000 });
  expect(client.clicks, 'clicks between the consent at Meta and the receipt').toBeLessThanOrEqual(MOST_CLICKS);
  const given = inShort((await demo.simulator.ledger()).slice(before));
  expect(given).toEqual([PAGE, INSTAGRAM].map((id) => `grant ${id} for ${NORTHWIND_PORTFOLIO}`).sort());
  await expect(client.line(THREADS)).toHaveAttribute('data-state', 'attested');
});

test('a bakery with a private Threads profile mends it and goes on where it was', async ({ page, demo }) => {
  await demo.simulator.change((platforms) => {
    onePage(platforms);
    const threads = platforms.meta.assets[THREADS];
    Object.assign(threads, { private: true, created: '2026-05-02' });
    delete threads.portfolio;
  });
  const olivia = (deed, more) => demo.simulator.act({ person: 'olivia', platform: 'meta', do: deed, asset: THREADS, ...more });
  const sent = await send(demo, BAKERY, EVERYTHING);
  const client = await arrive(page, demo, sent.url, 'olivia');
  await client.allow();
  await client.review();
  await client.approve();
  await expect(client.line(INSTAGRAM)).toHaveAttribute('data-state', 'active', { timeout: 30_000 });
  const before = (await demo.simulator.ledger()).length;

  const message = await olivia('add_threads', { principal: HARBOUR });
  expect(message, 'what Business settings says').toBe('The Threads account wasn\u2019t added');
  await page.getByTestId('says').getByText(message).click();
  const fix = page.getByTestId('said-threads-private');
  await expect(fix).toContainText('On a phone:');
  await expect(fix).toContainText('On a computer:');
  expect(await olivia('set_private', { value: false })).toBe('');
  expect(await olivia('add_threads', { principal: HARBOUR })).toBe('');
  expect(await olivia('share', { principal: NORTHWIND_PORTFOLIO, role: ['CONTENT'] })).toBe('');

  await client.click('done-by-hand');
  await expect(page.getByTestId('receipt')).toBeVisible({ timeout: 30_000 });
  await expect(client.line(THREADS)).toHaveAttribute('data-state', 'attested');
  const after = inShort((await demo.simulator.ledger()).slice(before));
  expect(after, 'nothing is given a second time').toEqual([`grant ${THREADS} for ${NORTHWIND_PORTFOLIO}`]);
});

test('a retailer with three portfolios and other agencies gives forty accounts', async ({ page, demo }) => {
  test.slow();
  const assets = ['page', 'ad_account'].map((type) => ({ type, level: 'view' }));
  const sent = await send(demo, { name: 'Alder Group', email: 'liam@alderhotels.example' }, assets);
  const client = await arrive(page, demo, sent.url, 'liam');
  await client.allow();
  const groups = page.locator('fieldset.group');
  await expect(groups).toHaveCount(3);
  const chosen = [];
  // In the third portfolio a second admin reviews ad accounts: there only Pages are asked for.
  for (const [group, kinds] of [[0, ['', 'act_']], [1, ['', 'act_']], [2, ['']]]) {
    for (const kind of kinds) {
      const free = groups.nth(group).locator(`input[data-testid^="asset-${kind}"]:enabled:not(:checked)`);
      const ids = (await free.evaluateAll((boxes) => boxes.map((box) => box.dataset.testid.slice('asset-'.length)))).filter(
        (id) => kind || !id.startsWith('act_'),
      );
      for (const id of ids.slice(0, 8)) {
        await page.getByTestId(`asset-${id}`).check();
        chosen.push(id);
      }
    }
  }
  expect(chosen).toHaveLength(40);
  await client.review();
  await client.approve();
  for (const id of chosen) await expect(client.line(id)).toHaveAttribute('data-state', 'active', { timeout: 90_000 });
  const others = (await demo.simulator.ledger()).filter(
    ({ asset, principal }) => principal.id !== NORTHWIND_PORTFOLIO || !chosen.includes(asset.id),
  );
  expect(others, 'other agencies and other accounts keep what they have').toEqual([]);
});

test('somebody with partial access is told whom to ask, passes the card on, and a colleague finishes', async ({ page, demo, browser }) => {
  await demo.simulator.change(onePage);
  const sent = await send(demo, BAKERY, [{ type: 'page', level: 'manage' }]);
  const noah = await arrive(page, demo, sent.url, 'noah');
  await noah.click('sim-allow');
  await expect(page.getByTestId(`asset-${PAGE}`)).toBeDisabled();
  await expect(page.getByText('Your role in the portfolio Harbour Bakery is partial').first()).toBeVisible();
  await page.getByText('How to fix this').first().click();
  await expect(page.getByText('Ask someone with full control').first()).toBeVisible();
  await page.goto(sent.url);
  await page.getByTestId('hand-over-meta').click();
  const link = await page.getByTestId('card-link').inputValue();

  const context = await browser.newContext();
  const hers = await context.newPage();
  const olivia = await arrive(hers, demo, link, 'olivia');
  await olivia.allow();
  await olivia.review();
  await olivia.approve();
  await expect(olivia.line(PAGE).first()).toHaveAttribute('data-state', 'active', { timeout: 30_000 });
  const given = (await demo.simulator.ledger()).filter(({ asset }) => asset.id === PAGE);
  expect(new Set(given.map(({ caller }) => caller.person)), 'in her name').toEqual(new Set(['olivia']));
  await page.goto(sent.url);
  await expect(page.getByTestId('platform-meta')).toHaveAttribute('data-state', 'settled');
  await expect(page.getByTestId(`line-${PAGE}`), 'and noah sees nothing of what she chose').toHaveCount(0);
  await context.close();
});
