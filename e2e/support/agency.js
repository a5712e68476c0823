// A member of the agency in the dashboard.
import { expect } from '@playwright/test';

const WORK_MS = 30_000;

export class Agency {
  constructor(page, demo, look = async () => {}) {
    Object.assign(this, { page, demo, look });
  }

  async signIn() {
    await this.page.goto(this.demo.info.dashboard_url);
    await this.look('sign-in');
    await this.page.getByTestId('sign-in').click();
    await expect(this.page.getByTestId('request-row').first()).toBeVisible();
    await this.look('requests');
  }

  async openRequest(client) {
    await this.page.getByTestId('request-row').filter({ hasText: client }).getByRole('link').first().click();
    await expect(this.page.getByRole('heading', { level: 1, name: client })).toBeVisible();
  }

  grant = (id) => this.page.getByTestId(`grant-${id}`);

  /** Revokes one grant and waits until it was read as gone. */
  async revoke(id) {
    await this.page.getByTestId(`revoke-${id}`).click();
    await expect(this.page.getByTestId('revoke-confirm')).toBeVisible();
    await this.look('revoke');
    const request = this.page.getByTestId(`grant-${id}`);
    await this.page.getByTestId('revoke-confirm').click();
    await expect(async () => {
      await this.page.reload();
      await expect(request).toHaveAttribute('data-state', 'revoked', { timeout: 1_000 });
    }).toPass({ timeout: WORK_MS });
  }

  async cancelRequest() {
    await this.page.getByTestId('cancel').click();
    await expect(this.page.getByTestId('cancel')).toHaveCount(0);
  }
}
