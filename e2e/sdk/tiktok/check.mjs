// Runs TikTok's own JavaScript SDK against the simulated TikTok: node check.mjs SIM_URL.
//
// The SDK is given the simulator's address as its base path and otherwise used as it comes. Exit code 1 when
// anything fails. Version 1.1.3 has no call of the creator authorisation (/tt_user/…, /business/get/): the simulator's
// own tests check those.

import { ApiClient, AuthenticationApi, BCApi } from 'tiktok-business-api-sdk-official';

const APP = { app_id: '7411208846529036305', secret: 'c7d24b0f9e5a4186b3f2a9d0715e8c46f1b07a3d' };
const CALLBACK = 'http://localhost:9/callback/tiktok';
const [BAKERY, CATERING, AGENCY] = ['7101234567890123456', '7101234567890124557', '7109876543210987654'];
const [ACCOUNT, SECOND, CATALOG] = ['7093215678901234567', '7093215678901234890', '7150000000000000017'];
const [RAVI, KIM_EMAIL] = ['7300000000000000108', 'kim@northwindgrowth.example'];

if (process.argv.length !== 3) {
  console.error('usage: check.mjs SIM_URL, such as check.mjs http://127.0.0.1:7711');
  process.exit(1);
}
const SIM = process.argv[2].replace(/\/$/, '');
let passed = 0;
let failed = 0;

/** One line a check; a difference tells what came instead. */
function check(name, actual, expected = true) {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got === wanted) {
    passed += 1;
    console.log(`ok - ${name}`);
  } else {
    failed += 1;
    console.log(`NOT OK - ${name}\n  expected ${wanted}\n  got      ${got}`);
  }
}

/** The SDK itself must recognise the refusal and tell TikTok's code. */
async function refused(name, code, call) {
  try {
    check(name, await call(), `code ${code}`);
  } catch (error) {
    check(name, /code: (\d+)/.exec(error.message)?.[1], String(code));
  }
}

const client = ApiClient.instance;
client.basePath = `${SIM}/business-api.tiktok.com`;
client.timeout = 20_000;
const bc = new BCApi(client);
const authentication = new AuthenticationApi(client);

/** A call of the SDK as a promise: its answer's data. */
function call(api, name, ...args) {
  return new Promise((resolve, reject) => {
    api[name](...args, (error, data) => (error ? reject(error) : resolve(data.data)));
  });
}

async function control(method, path, body) {
  const answer = await fetch(`${SIM}/_sim/${path}`, { method, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : JSON.parse((await answer.text()) || 'null');
}

const act = (person, deed, more) => control('POST', 'act', { person, platform: 'tiktok', do: deed, ...more });

async function ledger() {
  const { data } = await control('GET', 'ledger');
  return data.map((row) => `${row.operation} ${row.asset.id} ${row.roles.join('+')}`);
}

/** The consent page as a person, then the exchange by the SDK. */
async function signIn(person) {
  const query = new URLSearchParams({ app_id: APP.app_id, redirect_uri: CALLBACK, state: 's1' });
  const base = `${SIM}/business-api.tiktok.com/portal`;
  const form = (fields) => ({ method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
  const login = await fetch(`${base}/login`, form({ person, next: `/portal/auth?${query}` }));
  const cookie = login.headers.get('set-cookie').split(';')[0];
  const fields = [['answer', 'confirm'], ...['100', '150', '153', '155', '156'].map((scope) => ['scope', scope])];
  const consent = new URL(login.headers.get('location'), SIM);
  const back = await fetch(consent, { ...form(fields), headers: { cookie } });
  const code = new URL(back.headers.get('location')).searchParams.get('auth_code');
  const data = await call(authentication, 'oauth2AccessToken', { body: { ...APP, auth_code: code } });
  return { code, ...data };
}

const column = (data, name) => data.list.map((row) => row[name]);

await control('POST', 'reset');
const olivia = await signIn('olivia');
const kim = await signIn('kim');
const noah = await signIn('noah');
const token = olivia.access_token;
check('the token comes with its scopes', olivia.scope, [100, 150, 153, 155, 156]);
await refused('a code works once', 40110, () =>
  call(authentication, 'oauth2AccessToken', { body: { ...APP, auth_code: olivia.code } }),
);
await refused('an invented token is refused', 40105, () => call(bc, 'bcGet', 'act.invented', {}));

const centers = await call(bc, 'bcGet', token, {});
check('Business Centers are listed', centers.list.map((row) => row.bc_info.bc_id), [BAKERY, CATERING]);
check('with the role there', column(centers, 'user_role'), ['ADMIN', 'ADMIN']);
const assets = (of, who = token, center = BAKERY) => call(bc, 'bcAssetAdminGet', center, of, who, {});
check('ad accounts are listed', column(await assets('ADVERTISER'), 'asset_id'), [ACCOUNT, SECOND]);
check('catalogs are listed', column(await assets('CATALOG'), 'asset_id'), [CATALOG]);
check('pixels are listed with their code', column(await assets('PIXEL'), 'pixel_code'), ['C8HARBOUR0BAKERY01X']);
await refused('a Standard member does not see all', 40001, () => assets('ADVERTISER', noah.access_token));
const paged = await call(bc, 'bcAssetAdminGet', BAKERY, 'ADVERTISER', token, { page: 2, page_size: 1 });
check('lists come in pages', [column(paged, 'asset_id'), paged.page_info.total_page], [[SECOND], 2]);
check('members are listed', column(await call(bc, 'bcMemberGet', BAKERY, token, {}), 'user_role'), ['STANDARD', 'ADMIN']);
check('partners are listed', column(await call(bc, 'bcPartnerGet', BAKERY, token, {}), 'bc_name'), ['Tidewater Media']);

const add = (role, account = ACCOUNT, who = token) =>
  call(bc, 'bcPartnerAdd', who, {
    body: {
      bc_id: BAKERY,
      partner_id: AGENCY,
      asset_type: 'ADVERTISER',
      asset_ids: [account],
      advertiser_role: role,
    },
  });
const shared = () => call(bc, 'bcPartnerAssetGet', BAKERY, AGENCY, 'ADVERTISER', 'SHARING', token, {});
check('nothing is shared before', (await shared()).list, []);
await refused('only an Admin shares', 40001, () => add('ANALYST', ACCOUNT, noah.access_token));
await refused('only ad accounts are shared', 40001, () => add('ANALYST', CATALOG));
await add('ANALYST');
check('shared with a role', column(await shared(), 'advertiser_role'), ['ANALYST']);
await add('OPERATOR');
check('raised in place', column(await shared(), 'advertiser_role'), ['OPERATOR']);
await refused('not lowered in place', 40002, () => add('ANALYST'));
const received = await call(bc, 'bcAssetAdminGet', AGENCY, 'ADVERTISER', kim.access_token, {
  filtering: { relation_type: 'OWNER_PARTNER' },
});
check('the agency sees what it received', column(received, 'asset_id'), [ACCOUNT]);
const onAccount = await call(bc, 'bcAssetPartnerGet', BAKERY, 'ADVERTISER', ACCOUNT, token, {});
check('partners of one ad account', column(onAccount, 'bc_id'), [AGENCY]);

const assign = (role) =>
  call(bc, 'bcAssetAssign', kim.access_token, {
    body: { bc_id: AGENCY, user_id: RAVI, asset_type: 'ADVERTISER', asset_id: ACCOUNT, advertiser_role: role },
  });
await refused('nobody is assigned more than was shared', 40001, () => assign('ADMIN'));
await assign('OPERATOR');
const staff = await call(bc, 'bcAssetMemberGet', AGENCY, 'ADVERTISER', ACCOUNT, kim.access_token, {});
check('the agency’s people are assigned', column(staff, 'user_id'), [RAVI]);
await call(bc, 'bcAssetUnassign', kim.access_token, {
  body: { bc_id: AGENCY, user_id: RAVI, asset_type: 'ADVERTISER', asset_id: ACCOUNT },
});

const invited = { bc_id: BAKERY, emails: [KIM_EMAIL], user_role: 'STANDARD', asset_type: 'ADVERTISER' };
await call(bc, 'bcMemberInvite', token, {
  body: { ...invited, asset_ids: [SECOND], advertiser_role: 'ANALYST', ext_user_role: { finance_role: 'ANALYST' } },
});
const waiting = await call(bc, 'bcMemberGet', BAKERY, token, { filtering: { relation_status: 'PENDING' } });
check('the invitation waits', column(waiting, 'user_email'), [KIM_EMAIL]);
await act('kim', 'accept', { asset: BAKERY });
const joined = await call(bc, 'bcMemberGet', BAKERY, token, { filtering: { keyword: KIM_EMAIL } });
check('then she is a member', column(joined, 'relation_status'), ['BOUND']);
const user = joined.list[0].user_id;
await call(bc, 'bcMemberUpdate', token, { body: { bc_id: BAKERY, user_id: user, user_role: 'ADMIN' } });
await call(bc, 'bcMemberDelete', token, { body: { bc_id: BAKERY, user_id: user } });
await refused('who is gone is not removed twice', 40007, () =>
  call(bc, 'bcMemberDelete', token, { body: { bc_id: BAKERY, user_id: user } }),
);

const share = { bc_id: BAKERY, partner_id: AGENCY, asset_type: 'ADVERTISER', asset_ids: [ACCOUNT] };
await call(bc, 'bcPartnerAssetDelete', token, { body: share });
check('nothing is shared afterwards', (await shared()).list, []);
await refused('a second removal is told', 40007, () => call(bc, 'bcPartnerAssetDelete', token, { body: share }));
await call(bc, 'bcPartnerDelete', token, { body: { bc_id: BAKERY, partner_id: AGENCY } });
check('the partner is gone', column(await call(bc, 'bcPartnerGet', BAKERY, token, {}), 'bc_name'), ['Tidewater Media']);

check('the ledger has every effect in order', await ledger(), [
  `grant ${ACCOUNT} ANALYST`,
  `change ${ACCOUNT} OPERATOR`,
  `grant ${ACCOUNT} OPERATOR`,
  `revoke ${ACCOUNT} OPERATOR`,
  `invite ${SECOND} ANALYST`,
  `accept ${SECOND} ANALYST`,
  `change ${BAKERY} ADMIN+FINANCE_ANALYST`,
  `revoke ${BAKERY} ADMIN`,
  `revoke ${SECOND} ANALYST`,
  `revoke ${ACCOUNT} OPERATOR`,
  `revoke ${BAKERY} `,
]);

// A code to scan: the one call here that the SDK does not have.
const PROFILE = '7170000000000000059';
const asked = await fetch(`${SIM}/business-api.tiktok.com/open_api/v1.3/bc/asset/account/authorization/?bc_id=${AGENCY}`, {
  headers: { 'access-token': kim.access_token },
});
const address = (await asked.json()).data.bc_auth_qr_code;
await act('zoe', 'scan', { asset: PROFILE, value: address });
const profiles = () => assets('TT_ACCOUNT', kim.access_token, AGENCY);
check('a scanned TikTok account is in the agency’s Business Center', column(await profiles(), 'asset_id'), [PROFILE]);
await call(bc, 'bcAssetAssign', kim.access_token, {
  body: { bc_id: AGENCY, user_id: RAVI, asset_type: 'TT_ACCOUNT', asset_id: PROFILE, tt_account_roles: ['POST'] },
});
const out = { bc_id: AGENCY, asset_type: 'TT_ACCOUNT', asset_ids: [PROFILE] };
await call(bc, 'bcAssetAdminDelete', kim.access_token, { body: out });
check('and can be taken out again', (await profiles()).list, []);
await refused('once', 40007, () => call(bc, 'bcAssetAdminDelete', kim.access_token, { body: out }));

await control('PUT', 'faults', [{ host: 'business-api.tiktok.com', kind: 'rate_limit' }]);
await refused('the rate limit is a code with status 200', 40100, () => call(bc, 'bcGet', token, {}));
await control('PUT', 'faults', []);
await act('olivia', 'revoke_app', {});
await refused('a cancelled authorisation ends the token', 40105, () => call(bc, 'bcGet', token, {}));

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
