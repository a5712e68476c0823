// Every return code that TikTok documents ("Return codes", portal docs): what a caller does wrong is refused by the
// simulator's own rules, what only TikTok or its app review causes is put in its place.

import { APP, authentication, bc, call, change, check, control, later, met, plain, refused } from './kit.mjs';

const DOCUMENTED = [
  40000, 40001, 40002, 40006, 40007, 40008, 40009, 40010, 40011, 40013, 40014, 40016, 40050, 40051, 40100, 40101, 40102,
  40103, 40104, 40105, 40106, 40107, 40108, 40110, 40113, 40118, 40119, 40124, 40125, 40133, 40202, 40300, 40301, 40700,
  41000, 50000, 50002, 51305, 60001,
];
/** Sandboxes, fair use, reviews, other countries and TikTok's own trouble: no call of ours leads there. */
const THEIRS = [
  40000, 40008, 40009, 40010, 40013, 40014, 40016, 40050, 40051, 40106, 40119, 40124, 40125, 40133, 40202, 40300, 40301,
  40700, 41000, 50000, 50002, 51305, 60001,
];

/** With what the other checks were refused before. */
export async function codes({ token, center, partner, account }) {
  const share = (ids) => ({ bc_id: center, partner_id: partner, asset_type: 'ADVERTISER', asset_ids: ids });
  const add = (ids) => call(bc, 'bcPartnerAdd', token, { body: share(ids) });
  await change(() => {});
  await refused('another version', 40006, () => plain('GET', '/v1.2/bc/get/', { token }));
  await refused('more ids than a call takes', 40011, () => add(Array(51).fill(account)));
  await refused('no token', 40104, () => plain('GET', '/v1.3/bc/get/'));
  await refused('a wrong secret', 40101, () => call(authentication, 'oauth2AdvertiserGet', APP.app_id, 'wrong', token));
  await refused('an app that is not there', 40113, () =>
    call(authentication, 'oauth2AccessToken', { body: { app_id: '7000000000000000000', secret: APP.secret, auth_code: 'x' } }),
  );
  const lost = await plain('GET', '/v1.3/bc/get', { token }).catch((error) => error.status);
  check('without the last slash there is no such path', lost, 404);

  await change((tiktok) => { tiktok.rules.restricted_areas = ['DE']; });
  await refused('a region without the call', 40118, () => add([account]));
  await change((tiktok) => {
    tiktok.rules.restricted_areas = [];
    tiktok.rules.verified_areas = ['DE'];
    tiktok.centers[center].verification = 'EXPIRED';
  });
  await refused('verification comes first', 40001, () => add([account]));
  await change((tiktok) => {
    tiktok.rules.verified_areas = [];
    tiktok.rules.members = Object.keys(tiktok.centers[center].members).length;
  });
  const invite = { body: { bc_id: center, emails: ['kim@northwindgrowth.example'] } };
  await refused('a full Business Center', 40002, () => call(bc, 'bcMemberInvite', token, invite));
  await change((tiktok) => {
    tiktok.rules.members = 4_000;
    tiktok.apps[APP.app_id].tier = 'basic';
  });
  const { now } = await later(0);
  // All in the same second, however long they take here.
  const soon = async () => {
    await control('PUT', 'clock', { set: `${now.slice(0, 19)}Z` });
    return call(bc, 'bcGet', token, {});
  };
  for (let n = 0; n < 10; n += 1) await soon();
  await refused('the eleventh call in a second', 40100, soon);
  await change((tiktok) => { delete tiktok.apps[APP.app_id].tier; });

  for (const code of THEIRS) {
    const body = { code, message: 'No.', request_id: 'r1', data: {} };
    await control('PUT', 'faults', [{ host: 'business-api.tiktok.com', kind: 'status', code: 200, body }]);
    await refused(`TikTok’s own ${code}`, code, () => call(bc, 'bcGet', token, {}));
  }
  await control('PUT', 'faults', []);
  check('every documented code was met', DOCUMENTED.filter((code) => !met.has(code)), []);
}
