// Runs TikTok's own JavaScript SDK against the simulated TikTok: node check.mjs SIM_URL.
//
// Exit code 1 when anything fails.

import { codes } from './codes.mjs';
import { creator } from './creator.mjs';
import { act, APP, authentication, bc, call, check, control, counted, ledger, plain, refused, signIn } from './kit.mjs';

const [BAKERY, CATERING, AGENCY] = ['7101234567890123456', '7101234567890124557', '7109876543210987654'];
const [ACCOUNT, SECOND, CATALOG] = ['7093215678901234567', '7093215678901234890', '7150000000000000017'];
const [RAVI, KIM_EMAIL] = ['7300000000000000108', 'kim@northwindgrowth.example'];

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

// A code to scan, which the SDK has no method for.
const PROFILE = '7170000000000000059';
const ask = { token: kim.access_token, query: { bc_id: AGENCY } };
const address = (await plain('GET', '/v1.3/bc/asset/account/authorization/', ask)).bc_auth_qr_code;
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

await creator();
await codes({ token, center: BAKERY, partner: AGENCY, account: ACCOUNT });
await act('olivia', 'revoke_app', {});
await refused('a cancelled authorisation ends the token', 40105, () => call(bc, 'bcGet', token, {}));

console.log(`${counted.passed} passed, ${counted.failed} failed`);
process.exit(counted.failed ? 1 : 0);
