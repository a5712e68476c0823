// The HTTP API as an agency's own program uses it.
import { expect } from '@playwright/test';

export class Api {
  constructor({ base_url, api_key }) {
    Object.assign(this, { base: `${base_url}/api/v1`, key: api_key });
  }

  async post(path, body) {
    const answer = await fetch(this.base + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const said = await answer.text();
    expect(answer.ok, `${path}: ${said}`).toBe(true);
    return JSON.parse(said);
  }

  async get(path) {
    const answer = await fetch(this.base + path, { headers: { authorization: `Bearer ${this.key}` } });
    expect(answer.ok, path).toBe(true);
    return answer.json();
  }
}
