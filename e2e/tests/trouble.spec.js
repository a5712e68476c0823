import { Agency } from '../support/agency.js';
import { Client } from '../support/client.js';
import { expect, test } from '../support/test.js';

/** What a person reads; the folded details carry a time and an id. */
const words = (page) =>
  page.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true);
    copy.querySelectorAll('details').forEach((folded) => folded.remove());
    return copy.textContent.replace(/\s+/g, ' ').trim();
  });

test('every trouble says what happened and what to do', async ({ page, demo, look }) => {
  const client = new Client(page, demo, look);

  await test.step('consent denied at the platform', async () => {
    await client.open();
    await client.logIn('olivia');
    await client.click('sim-deny');
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(page.getByTestId('connect-meta'), 'it can be tried again').toBeVisible();
    await look('denied');
    expect(await demo.simulator.ledger()).toEqual([]);
  });

  const unknown = demo.info.request_url.replace(/[^/]+$/, (token) => [...token].reverse().join(''));
  const [missing, said] = await test.step('a link that never was', async () => {
    const answer = await page.goto(unknown);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await look('unknown');
    return [answer.status(), await words(page)];
  });
  expect(missing).toBe(404);
  expect(said, 'words, not a bare code').not.toMatch(/\b404\b/);

  await test.step('a cancelled link answers like one that never was', async () => {
    const agency = new Agency(page, demo, look);
    await agency.signIn();
    await agency.openRequest('Harbour Bakery');
    await agency.cancelRequest();
    await look('request-cancelled');
    const answer = await page.goto(demo.info.request_url);
    expect(answer.status()).toBe(missing);
    expect(await words(page)).toBe(said);
    await look('cancelled');
  });
});
