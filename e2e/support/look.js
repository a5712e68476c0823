// Looks at a page: a screenshot for people, axe and the width for the machine.
import { join, resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const E2E = resolve(import.meta.dirname, '..');
const PICTURES = resolve(E2E, '../docs/pictures');

/** What the README shows, and from which screen. */
const IN_README = { phone: ['link', 'review', 'receipt'], desktop: ['request'] };

/** In the dark as well, where a script can ask for it: colours come from style alone, so the page need not be made again. */
export async function lookAt(page, name, { javaScriptEnabled, testInfo }) {
  const place = testInfo.project.name;
  const seen = page.url();
  const complain = (found, scheme) => expect.soft(found, `axe on "${name}" at ${seen}, ${scheme}`).toEqual([]);
  const screen = (scheme) => ({ path: join(E2E, 'screens', `${place}-${scheme}`, `${name}.png`), fullPage: true });
  await photograph(page, screen('light'));
  if (process.env.VALETKEY_PICTURES && IN_README[place]?.includes(name)) {
    await photograph(page, { path: join(PICTURES, `${name}.png`) });
  }
  const { wide, have } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    have: document.documentElement.clientWidth,
  }));
  expect.soft(wide, `"${name}" fits the width of the screen`).toBeLessThanOrEqual(have);
  complain(await violations(page, javaScriptEnabled, (axe) => axe.withTags(RULES)), 'light');
  if (!javaScriptEnabled) return;
  await page.emulateMedia({ colorScheme: 'dark' });
  await photograph(page, screen('dark'));
  complain(await violations(page, javaScriptEnabled, (axe) => axe.withRules(['color-contrast'])), 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
}

/** A picture. On a busy machine Chromium now and then has no frame to give, and gives one when asked again. */
async function photograph(page, options) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await page.screenshot(options);
    } catch (error) {
      if (tries === 5 || !error.message.includes('Unable to capture screenshot')) throw error;
      await page.waitForTimeout(200 * tries);
    }
  }
}

/** What axe finds, in short. */
async function violations(page, javaScriptEnabled, choose) {
  // Without scripts no timer fires, and axe waits for one between its rules.
  if (!javaScriptEnabled) {
    await page.evaluate(() => {
      window.setTimeout = (callback, _ms, ...args) => {
        Promise.resolve().then(() => callback(...args));
        return 0;
      };
    });
  }
  // The legacy mode examines this page alone, which is all there is: our pages hold no frames.
  const axe = choose(new AxeBuilder({ page }).setLegacyMode().options({ preload: false }));
  const found = await axe.analyze();
  return found.violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target }) => target.join(' ')) }));
}
