// The client's flow in German, with long and hostile lengths of names: looked at in every variant.
import { Api } from '../support/api.js';
import { Client } from '../support/client.js';
import { inShort, NORTHWIND_PORTFOLIO } from '../support/simulator.js';
import { expect, test } from '../support/test.js';

const CLIENT = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft Müller & Söhne';

async function request(demo, locale) {
  const api = new Api(demo.info);
  await api.post('/grantees', { platform: 'x-ads', kind: 'handle', external_id: '@northwindads', label: 'Northwind Growth' });
  return api.post('/requests', {
    client: { name: CLIENT, email: 'olivia@harbourbakery.example' },
    message: 'Guten Tag, hier der Zugriff, über den wir am Dienstag gesprochen haben.',
    access_expires_at: '2030-06-30T12:00:00Z',
    items: [
      { platform: 'meta', assets: [{ type: 'page', level: 'manage' }, { type: 'ad_account', level: 'manage' }] },
      { platform: 'x-ads', assets: [{ type: 'ad_account', level: 'manage' }] },
    ],
    ...(locale && { locale }),
  });
}

const isGerman = (page) => expect(page.locator('html')).toHaveAttribute('lang', 'de');

test('from the link to the receipt in German, switched on the page', async ({ page, demo, look }) => {
  const sent = await request(demo);
  await page.goto(sent.url);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByTestId('language-de').click();
  expect(page.url(), 'the same page again').toBe(sent.url);
  await isGerman(page);
  await look('german-link');

  const client = new Client(page, demo);
  await client.logIn('olivia');
  await client.click('sim-allow');
  await expect(page.getByTestId('review')).toBeVisible();
  await isGerman(page);
  const chosen = await client.pick();
  await look('german-pick');
  await client.click('review');
  await expect(page.getByTestId('approve')).toBeVisible();
  await isGerman(page);
  await look('german-review');
  await client.approve();
  for (const id of chosen) await expect(client.line(id)).toHaveAttribute('data-state', 'active', { timeout: 30_000 });
  await look('german-progress');
  expect(inShort(await demo.simulator.ledger())).toEqual(chosen.map((id) => `grant ${id} for ${NORTHWIND_PORTFOLIO}`).sort());

  await page.goto(sent.url);
  await page.getByTestId('guide-x-ads').click();
  await isGerman(page);
  await look('german-guide');
  await page.getByTestId('which-1').fill('Bäckerei!');
  await page.getByTestId('guided-done-x-ads').click();
  await expect(page.getByRole('alert')).toBeVisible();
  await look('german-guide-refused');
  await page.getByTestId('which-1').fill('@baeckerei');
  await page.getByTestId('guided-done-x-ads').click();
  await page.goto(`${sent.url}/receipt`);
  await expect(page.getByTestId('receipt')).toBeVisible();
  await look('german-receipt');
  await page.getByTestId('access').click();
  await isGerman(page);
  await look('german-access');
});

test('printed steps, help, passing on and trouble in the language that the agency chose', async ({ page, demo, look }) => {
  const sent = await request(demo, 'de');
  await page.goto(sent.url);
  await isGerman(page);
  await page.getByTestId('handout').click();
  await look('german-handout');
  await page.goto(sent.url);
  await page.getByTestId('help-meta').click();
  await look('german-help');
  await page.goto(sent.url);
  await page.getByTestId('hand-over-meta').click();
  await look('german-passed-on');
  await page.goto(`${sent.url}/receipt`);
  await isGerman(page);
  await look('german-trouble');
  await page.goto(`${new URL(sent.url).origin}/doctor?platform=meta&message=190&from=de`);
  await isGerman(page);
  await look('german-doctor');
});
