import { Agency } from '../support/agency.js';
import { Client } from '../support/client.js';
import { inShort, NORTHWIND_PORTFOLIO } from '../support/simulator.js';
import { expect, test } from '../support/test.js';

/** Long enough that the page can be looked at while the work is under way. */
const SLOW_MS = 2_000;

test('Page and ad account given, verified, revoked', async ({ page, demo, look }) => {
  const client = new Client(page, demo, look);
  const done = (operation, ids) => ids.map((id) => `${operation} ${id} for ${NORTHWIND_PORTFOLIO}`).sort();

  await client.open();
  await client.logIn('olivia');
  await client.allow();
  const chosen = await client.pick();
  expect(chosen.some((id) => id.startsWith('act_')), 'an ad account is chosen').toBe(true);
  expect(chosen.some((id) => !id.startsWith('act_')), 'a Page is chosen').toBe(true);
  await client.review();
  expect(await demo.simulator.ledger(), 'nothing happens before the approval').toEqual([]);

  await demo.simulator.latency(SLOW_MS);
  const progress = await client.approve();
  await withoutRefresh(page, async () => {
    await page.goto(progress);
    await client.seen('progress');
  });
  await demo.simulator.latency(0);
  await client.follow(progress);
  await client.receipt();
  expect(client.clicks, 'clicks between the consent at the platform and the receipt').toBeLessThanOrEqual(3);
  for (const id of chosen) await expect(client.line(id)).toHaveAttribute('data-state', 'active');
  const granted = await demo.simulator.ledger();
  expect(inShort(granted), 'exactly what was approved').toEqual(done('grant', chosen));
  expect(new Set(granted.map(({ caller }) => caller.person)), 'in her name').toEqual(new Set(['olivia']));

  const agency = new Agency(page, demo, look);
  await agency.signIn();
  await agency.openRequest('Harbour Bakery');
  for (const id of chosen) await expect(agency.grant(id)).toHaveAttribute('data-state', 'active');
  await look('request');

  const [revoked, ...kept] = chosen;
  await agency.revoke(revoked);
  await look('request-revoked');
  for (const id of kept) await expect(agency.grant(id)).toHaveAttribute('data-state', 'active');
  const after = (await demo.simulator.ledger()).slice(granted.length);
  expect(inShort(after), 'exactly what was revoked').toEqual(done('revoke', [revoked]));
});

/** Without scripts the progress page reloads itself, and would do so while it is looked at. */
async function withoutRefresh(page, look) {
  const pages = /\/progress$/;
  await page.route(pages, async (route) => {
    const response = await route.fetch();
    const { refresh: _, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await look();
  await page.unroute(pages);
}
