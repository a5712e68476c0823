// T24: what people write never runs on a client's page.
import { Api } from '../support/api.js';
import { expect, test } from '../support/test.js';

const RUN = 'window.__ran=1;document.title="ran"';
const PAYLOADS = [
  `<script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `"><img src=x onerror='${RUN}'>`,
  `' autofocus onfocus='${RUN}' x='`,
  `</textarea><svg onload='${RUN}'>`,
  `<iframe srcdoc="<script>parent.__ran=1</script>"></iframe>`,
  `<a id=x href="javascript:${RUN}">x</a><meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
];

test('no text runs as script on any client page', async ({ page, demo }) => {
  const api = new Api(demo.info);
  page.on('dialog', (dialog) => expect(dialog.message(), 'a dialog opened').toBe(''));
  for (const payload of PAYLOADS) {
    await api.post('/grantees', { platform: 'x-ads', kind: 'handle', external_id: '@northwindads', label: payload });
    const sent = await api.post('/requests', {
      client: { name: payload.slice(0, 200), email: 'olivia@harbourbakery.example' },
      message: payload,
      items: [{ platform: 'x-ads', assets: [{ type: 'ad_account', level: 'manage' }] }],
    });
    const calm = async () => {
      await page.mouse.move(200, 300);
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => window.__ran), `${payload} at ${page.url()}`).toBeUndefined();
      expect(await page.title()).not.toBe('ran');
      expect(page.url().startsWith(demo.info.base_url)).toBe(true);
    };
    const click = async (hook) => {
      await page.getByTestId(hook).click();
      await calm();
    };
    await page.goto(sent.url);
    await calm();
    await click('help-x-ads');
    await page.getByTestId('help-note').fill(payload);
    await click('help-send');
    await page.goto(sent.url);
    await click('hand-over-x-ads');
    await page.goto(await page.getByTestId('card-link').inputValue());
    await calm();
    await click('guide-x-ads');
    await page.getByTestId('which-1').fill('bakery');
    await click('guided-done-x-ads');
    await page.getByRole('link', { name: /receipt/i }).click();
    await calm();
    await click('access');
  }
});
