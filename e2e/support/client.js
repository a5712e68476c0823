// The client as a person: clicks and nothing else, all of them counted.
import { expect } from '@playwright/test';

/** Where somebody could type. The search is there for long lists, and needed by nobody. */
const FIELDS = 'input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=search]), textarea, select';

export class Client {
  clicks = 0;

  /** `look` is called on every page with its name. */
  constructor(page, demo, look = async () => {}) {
    Object.assign(this, { page, demo, look });
  }

  async click(target) {
    await (typeof target === 'string' ? this.page.getByTestId(target) : target).click();
    this.clicks += 1;
  }

  async open() {
    await this.page.goto(this.demo.info.request_url);
    await expect(this.page.getByTestId('platform-meta')).toHaveAttribute('data-state', 'open');
    await this.seen('link');
  }

  /** To the platform, and in as this person. */
  async logIn(person = 'olivia') {
    await this.click('connect-meta');
    await this.look('platform-login');
    await this.click(`sim-login-${person}`);
    await expect(this.page.getByTestId('sim-allow')).toBeVisible();
    await this.look('platform-consent');
  }

  /** Says yes at the platform; from here on the clicks are counted anew. */
  async allow() {
    await this.click('sim-allow');
    await expect(this.page.getByTestId('review')).toBeVisible();
    this.clicks = 0;
    await this.seen('pick');
  }

  /** Chooses what was proposed, or the first of each kind when nothing was. Returns the ids chosen. */
  async pick() {
    const assets = this.page.locator('[data-testid^="asset-"]');
    if (!(await assets.and(this.page.locator(':checked')).count())) {
      for (const kind of [/^asset-\d/, /^asset-act_/]) await this.click(this.page.getByTestId(kind).first());
    }
    return assets.and(this.page.locator(':checked')).evaluateAll((boxes) => boxes.map((box) => box.dataset.testid.slice('asset-'.length)));
  }

  async review() {
    await this.click('review');
    await expect(this.page.getByTestId('approve')).toBeVisible();
    await this.seen('review');
  }

  /** Approves. Returns once the server has acknowledged it, with the address it sent us to. */
  async approve() {
    const acknowledged = this.page.waitForResponse((answer) => answer.request().method() === 'POST');
    await this.click('approve');
    const answer = await acknowledged;
    expect(answer.status(), 'the approval is answered by a way to the progress').toBe(303);
    return new URL((await answer.allHeaders()).location, answer.url()).href;
  }

  /** Opens the progress, which may go on to the receipt by itself before it is there. */
  async follow(progress) {
    const byItself = (error) => expect(String(error)).toContain('interrupted by another navigation');
    await this.page.goto(progress).catch(byItself);
  }

  /** Waits until everything was read back, and opens the receipt. */
  async receipt({ timeout = 30_000 } = {}) {
    const receipt = this.page.getByTestId('receipt');
    const way = this.page.getByRole('link', { name: /receipt/i });
    await expect(receipt.or(way).first()).toBeVisible({ timeout });
    if (!(await receipt.isVisible())) await this.click(way);
    await expect(receipt).toBeVisible();
    await this.seen('receipt');
  }

  /** The state word of an asset's line on this page. */
  line = (id) => this.page.getByTestId(`line-${id}`);

  async seen(name) {
    expect(await this.page.locator(FIELDS).count(), `nobody types anything on the page "${name}"`).toBe(0);
    await this.look(name);
  }
}
