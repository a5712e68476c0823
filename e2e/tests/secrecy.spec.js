// What the browser, the disk and the log get to see of a secret.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agency } from '../support/agency.js';
import { Client } from '../support/client.js';
import { expect, test } from '../support/test.js';
import { leaks, record } from '../support/traffic.js';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('no secret leaves in an address or a Referer, and nobody else is contacted', async ({ page, demo, context }) => {
      const { info, simulator } = demo;
      const ours = new URL(info.base_url).origin;
      const pages = [];
      page.on('response', (answer) => {
        if (answer.request().isNavigationRequest() && answer.url().startsWith(ours)) pages.push(answer);
      });
      const traffic = record(context);
      await giveAndRevoke(page, demo);

      const sent = await traffic.sent();
      const platform = await simulator.secrets();
      const link = { kind: 'link', value: info.request_url.split('/').at(-1) };
      const isCallback = (url) => url.origin === ours && url.pathname.startsWith('/callback/');
      const atPlatform = (url) => url.origin === simulator.origin;
      const mayCarry = (url, { kind }) => atPlatform(url) || (kind === 'code' && isCallback(url));

      expect(leaks(sent, platform, mayCarry)).toEqual([]);
      const away = sent.filter(({ url }) => new URL(url).origin !== ours);
      expect(leaks(away, [link, { kind: 'API key', value: info.api_key }], () => false)).toEqual([]);
      expect(away.filter(({ headers }) => headers.referer?.startsWith(ours)), 'a Referer that tells where we were').toEqual([]);
      const known = [ours, simulator.origin, new URL(info.dashboard_url).origin];
      expect(sent.filter(({ url }) => !known.includes(new URL(url).origin)), 'third parties').toEqual([]);

      for (const answer of pages) {
        const { 'cache-control': cache, 'referrer-policy': policy } = await answer.allHeaders();
        expect.soft(cache, `Cache-Control of ${answer.url()}`).toContain('no-store');
        expect.soft(policy, `Referrer-Policy of ${answer.url()}`).toMatch(/^(no-referrer|same-origin)$/);
      }
      const { entries } = await (await context.newCDPSession(page)).send('Page.getNavigationHistory');
      expect(entries.map(({ url }) => url).filter((url) => isCallback(new URL(url))), 'callbacks in the history').toEqual([]);

      // The search finds what there is to find: the code came through the callback, and would be seen elsewhere.
      const callback = sent.find(({ url }) => isCallback(new URL(url)));
      const code = platform.find(({ kind, value }) => kind === 'code' && callback.url.includes(value));
      expect(code).toBeDefined();
      const bad = [{ url: `https://elsewhere.example/?q=${code.value}`, headers: { referer: callback.url } }];
      expect(leaks(bad, platform, mayCarry)).toHaveLength(2);
    });
  });
}

test('no secret lies in clear on the disk or in the log', async ({ page, demo }) => {
  await giveAndRevoke(page, demo);
  const secrets = await demo.simulator.secrets();
  expect(secrets.map(({ kind }) => kind)).toContain('access_token');
  expect(await inClear(demo, secrets)).toEqual([]);

  // The search finds what there is to find.
  await writeFile(join(demo.data, 'planted'), `a ${secrets[0].value} b`);
  expect(await inClear(demo, secrets)).toEqual([`${secrets[0].kind} in planted`]);
});

async function giveAndRevoke(page, demo) {
  const client = new Client(page, demo);
  await client.open();
  await client.logIn();
  await client.allow();
  const [first] = await client.pick();
  await client.review();
  await client.approve();
  await client.receipt();
  const agency = new Agency(page, demo);
  await agency.signIn();
  await agency.openRequest('Harbour Bakery');
  await agency.revoke(first);
}

async function inClear({ data, program }, secrets) {
  const files = (await readdir(data, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(async ({ parentPath, name }) => [name, await readFile(join(parentPath, name), 'latin1')]),
  );
  texts.push(['the log', program.output]);
  return secrets.flatMap(({ kind, value }) =>
    texts.filter(([, text]) => text.includes(value)).map(([name]) => `${kind} in ${name}`),
  );
}
