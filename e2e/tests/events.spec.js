// The progress page hears of changes by itself, and an open one does not keep the server from stopping.
import { Client } from '../support/client.js';
import { expect, test } from '../support/test.js';

async function approved(page, demo, slowMs) {
  const client = new Client(page, demo);
  await client.open();
  await client.logIn('olivia');
  await client.allow();
  await client.pick();
  await client.review();
  await demo.simulator.latency(slowMs);
  const heard = page.waitForRequest((request) => request.url().endsWith('/events'));
  await client.approve();
  await heard;
}

test('the page is told of each change and does not ask in between', async ({ page, demo }) => {
  await approved(page, demo, 1_500);
  let asked = 0;
  page.on('request', (request) => { asked += request.url().endsWith('/progress') ? 1 : 0; });
  await expect(page.getByTestId('receipt')).toBeVisible({ timeout: 30_000 });
  // Three calls an asset at 1.5 s each take far longer than that many words: asking every second would show.
  expect(asked, 'as often as something changed').toBeLessThanOrEqual(16);
});

test('the server stops in time while a page listens', async ({ page, demo }) => {
  await approved(page, demo, 20_000);
  expect(await demo.program.stop()).toBeLessThan(5_000);
});
