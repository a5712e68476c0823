// T24: what people write never runs, and would without escaping and without the policy.
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
    // Who receives access cannot be called Meta, not even by a tag.
    const label = payload.replace('<meta ', '<base ');
    await api.post('/grantees', { platform: 'x-ads', kind: 'handle', external_id: '@northwindads', label });
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

/** The page as it would be without escaping, and without the policy when `policy` is false. */
const unescaped = (policy) => async (route) => {
  const answer = await route.fetch();
  const body = (await answer.text()).replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
  const headers = answer.headers();
  if (!policy) delete headers['content-security-policy'];
  await route.fulfill({ status: answer.status(), headers, body });
};

test('the payloads run where nothing stops them, and the policy stops them alone', async ({ page, demo, complaints }) => {
  const api = new Api(demo.info);
  const ran = { true: 0, false: 0 };
  for (const payload of PAYLOADS) {
    const sent = await api.post('/requests', {
      client: { name: 'Harbour Bakery', email: 'olivia@harbourbakery.example' },
      message: payload,
      items: [{ platform: 'meta', assets: [{ type: 'page', level: 'manage' }] }],
    });
    for (const policy of [true, false]) {
      await page.route(sent.url, unescaped(policy));
      await page.goto(sent.url);
      await page.waitForTimeout(100);
      ran[policy] += (await page.evaluate(() => window.__ran ?? 0)) === 1 ? 1 : 0;
      await page.unroute(sent.url);
    }
  }
  expect(ran.true, 'the policy alone').toBe(0);
  expect(complaints.length, 'the policy said so').toBeGreaterThan(0);
  complaints.length = 0;
  expect(ran.false, 'without either, so that the other test would notice').toBeGreaterThanOrEqual(4);
});

test('no text runs as script on any page of the agency', async ({ page, demo }) => {
  const api = new Api(demo.info);
  for (const payload of PAYLOADS) {
    await api.post('/api-keys', { label: payload.slice(0, 200) });
    await api.post('/requests', {
      client: { name: payload.slice(0, 200), email: 'olivia@harbourbakery.example' },
      message: payload,
      customer_reference: payload.slice(0, 200),
      items: [{ platform: 'meta', assets: [{ type: 'page', level: 'manage' }] }],
    });
  }
  await page.goto(demo.info.dashboard_url);
  await page.getByTestId('sign-in').click();
  const seen = ['/', '/requests', '/requests/new', '/clients', '/grantees', '/audit', '/team', '/api-keys', '/account'];
  for (const list of ['/requests', '/clients']) {
    await page.goto(new URL(list, demo.info.base_url).href);
    const rows = page.locator(`a[href^="${list}/"]`);
    const paths = await rows.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    seen.push(...paths.filter((path) => !path.endsWith('/new')).slice(0, PAYLOADS.length));
  }
  for (const path of seen) {
    await page.goto(new URL(path, demo.info.base_url).href);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => window.__ran), path).toBeUndefined();
    expect(await page.title(), path).not.toBe('ran');
  }
});
