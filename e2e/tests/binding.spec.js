// Only the browser that pressed Connect can bring the platform's answer back.
import { expect, test } from '../support/test.js';

test('an answer that comes back in another browser connects nobody, there or here', async ({ page, browser, demo }) => {
  const tokens = async () => (await demo.simulator.secrets()).filter(({ kind }) => kind === 'access_token').length;
  const before = await tokens();

  // The one who starts takes the address of the platform's page and sends it to somebody else.
  await page.goto(demo.info.request_url);
  await page.getByTestId('connect-meta').click();
  await expect(page.getByTestId('sim-login-olivia')).toBeVisible();
  const sent = page.url();

  const other = await browser.newContext();
  const victim = await other.newPage();
  await victim.goto(sent);
  await victim.getByTestId('sim-login-olivia').click();
  const back = victim.waitForResponse((answer) => answer.url().startsWith(`${demo.info.base_url}/callback/`));
  await victim.getByTestId('sim-allow').click();
  const callback = await back;
  expect(callback.status()).toBe(400);
  await expect(victim.getByTestId('review')).toHaveCount(0);
  expect(await tokens(), 'the code was never exchanged').toBe(before);

  // The one who started brings the same answer back.
  expect((await page.goto(callback.url())).status()).toBe(400);
  await page.goto(demo.info.request_url);
  await expect(page.getByTestId('platform-meta')).toHaveAttribute('data-state', 'open');
  expect(await tokens()).toBe(before);
  expect(await demo.simulator.ledger()).toEqual([]);
  await other.close();
});
