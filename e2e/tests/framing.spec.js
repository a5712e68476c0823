// Clickjacking: our pages show nothing inside somebody else's.
import { createServer } from 'node:http';
import { expect, test } from '../support/test.js';

/** A page on another site with a frame in it. */
async function withHost(use) {
  const server = createServer((request, answer) => {
    const framed = new URL(request.url, 'http://host').searchParams.get('framed');
    answer.setHeader('content-type', 'text/html');
    answer.end(framed ? `<!doctype html><title>Host</title><iframe src="${framed}"></iframe>` : 'a page that may be framed');
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
  }
}

test('a link embedded on another site shows nothing', async ({ page, demo, complaints }) => {
  await withHost(async (host) => {
    const shown = async (framed) => {
      await page.goto(`${host}?framed=${encodeURIComponent(framed)}`, { waitUntil: 'load' });
      const [, frame] = page.frames();
      return frame.locator('body').innerText();
    };
    expect(await shown(host), 'the frame itself works').toBe('a page that may be framed');
    expect(await shown(demo.info.request_url)).not.toMatch(/Northwind|Harbour|Sign in/);
    expect(await shown(demo.info.dashboard_url)).not.toMatch(/Northwind|Harbour|Sign in/);
    // Here the browser's complaint is what we want to see.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('frame-ancestors'), expect.stringContaining('frame-ancestors')]);
  });
});

test('every page forbids framing in its headers', async ({ page, demo }) => {
  const { request_url: link, dashboard_url: dashboard, base_url: base } = demo.info;
  for (const url of [link, dashboard, `${base}/r/unknown`, `${base}/callback/meta?code=x&state=y`]) {
    const headers = (await page.request.get(url, { maxRedirects: 0, failOnStatusCode: false })).headers();
    expect.soft(headers['content-security-policy'], url).toContain("frame-ancestors 'none'");
    expect.soft(headers['cross-origin-opener-policy'], url).toBe('same-origin');
  }
});
