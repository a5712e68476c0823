// The creator authorisation: its token for a day, its refresh for a year, and what ends it. The SDK (version 1.1.3) has
// no method for these calls, so its client is given their paths.

import { APP, CALLBACK, change, check, consent, later, ledger, plain, refused } from './kit.mjs';

const SCOPES = ['user.info.basic', 'user.info.username'];
const DAY_S = 86_400;

const app = (more) => ({ client_id: APP.app_id, client_secret: APP.secret, ...more });
const post = (path, body) => plain('POST', `/v1.3/tt_user/${path}/`, { body });
const info = (token, of = APP.app_id) => post('token_info/get', { app_id: of, access_token: token });
const renew = (token, more) => post('oauth2/refresh_token', app({ grant_type: 'refresh_token', refresh_token: token, ...more }));
const redeem = (code, more) =>
  post('oauth2/token', app({ grant_type: 'authorization_code', auth_code: code, redirect_uri: CALLBACK, ...more }));

/** As the owner of a TikTok account, leaving out what is not named. */
async function allow(person, scopes) {
  const query = new URLSearchParams({
    client_key: APP.app_id, response_type: 'code', scope: SCOPES.join(','), redirect_uri: CALLBACK, state: 's1',
  });
  const fields = [['answer', 'allow'], ...scopes.map((scope) => ['scope', scope])];
  const back = await consent('www.tiktok.com/creator/login', person, `/v2/auth/authorize/?${query}`, fields);
  return back.get('code');
}

const name = (held, id = held.open_id) =>
  plain('GET', '/v1.3/business/get/', { token: held.access_token, query: { business_id: id, fields: '["username"]' } });

export async function creator() {
  await change(() => {});
  const code = await allow('zoe', SCOPES);
  await refused('a code is for one kind of grant', 40108, () => redeem(code, { grant_type: 'password' }));
  const held = await redeem(code);
  check('a creator’s token holds a day, its refresh a year', [held.expires_in, held.refresh_token_expires_in], [DAY_S, 365 * DAY_S]);
  await refused('a creator’s code works once', 40110, () => redeem(code));
  check('it tells whose account it is', (await name(held)).username, 'zoe.lindqvist');
  await refused('and no other account', 40001, () => name(held, '_000somebody'));
  const told = await info(held.access_token);
  check('the token tells its app and creator', [told.app_id, told.creator_id], [APP.app_id, held.open_id]);
  await refused('to its own app', 40101, () => info(held.access_token, '7000000000000000000'));
  await refused('it opens no Business Center', 40105, () => plain('GET', '/v1.3/bc/get/', { token: held.access_token }));

  await later(DAY_S);
  await refused('after a day the token has expired', 40102, () => name(held));
  await refused('a wrong secret refreshes nothing', 40101, () => renew(held.refresh_token, { client_secret: 'wrong' }));
  const next = await renew(held.refresh_token);
  check('a refresh brings a new pair', [next.open_id, next.refresh_token !== held.refresh_token], [held.open_id, true]);
  await refused('and spends the old one', 40107, () => renew(held.refresh_token));
  check('the new token works', (await name(next)).username, 'zoe.lindqvist');
  await later(365 * DAY_S);
  await refused('after a year the refresh has expired', 40103, () => renew(next.refresh_token));

  const less = await redeem(await allow('zoe', SCOPES.slice(0, 1)));
  await refused('what was left out is not told', 40001, () => name(less));
  await post('oauth2/revoke', app({ access_token: less.access_token }));
  await refused('a revoked token is over', 40105, () => info(less.access_token));
  check('nothing of it gives access', await ledger(), []);
}
