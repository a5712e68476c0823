// TikTok's own JavaScript SDK, given the simulator's address as its base path and otherwise used as it comes, and the
// controls of the simulator beside it.

import { ApiClient, AuthenticationApi, BCApi } from 'tiktok-business-api-sdk-official';

export const APP = { app_id: '7411208846529036305', secret: 'c7d24b0f9e5a4186b3f2a9d0715e8c46f1b07a3d' };
export const CALLBACK = 'http://localhost:9/callback/tiktok';

if (process.argv.length !== 3) {
  console.error('usage: check.mjs SIM_URL, such as check.mjs http://127.0.0.1:7711');
  process.exit(1);
}
export const SIM = process.argv[2].replace(/\/$/, '');
export const counted = { passed: 0, failed: 0 };
/** Return codes that the SDK was refused with. */
export const met = new Set();

/** One line a check; a difference tells what came instead. */
export function check(name, actual, expected = true) {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got === wanted) {
    counted.passed += 1;
    console.log(`ok - ${name}`);
  } else {
    counted.failed += 1;
    console.log(`NOT OK - ${name}\n  expected ${wanted}\n  got      ${got}`);
  }
}

/** The SDK itself must recognise the refusal and tell TikTok's code. */
export async function refused(name, code, call) {
  try {
    check(name, await call(), `code ${code}`);
  } catch (error) {
    const told = /code: (\d+)/.exec(error.message)?.[1];
    met.add(Number(told));
    check(name, told, String(code));
  }
}

const client = ApiClient.instance;
client.basePath = `${SIM}/business-api.tiktok.com`;
client.timeout = 20_000;
export const bc = new BCApi(client);
export const authentication = new AuthenticationApi(client);

/** A call of the SDK as a promise: its answer's data. */
export function call(api, name, ...args) {
  return new Promise((resolve, reject) => {
    api[name](...args, (error, data) => (error ? reject(error) : resolve(data.data)));
  });
}

/** A call that the SDK has no method for, sent and read by its client as all the others are. */
export function plain(method, path, { token, query = {}, body = null } = {}) {
  const json = ['application/json'];
  const headers = token ? { 'Access-Token': token } : {};
  return new Promise((resolve, reject) => {
    const told = (error, data) => (error ? reject(error) : resolve(data.data));
    client.callApi(`/open_api${path}`, method, {}, query, headers, {}, body, [], json, json, Object, told);
  });
}

export async function control(method, path, body) {
  const answer = await fetch(`${SIM}/_sim/${path}`, { method, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : JSON.parse((await answer.text()) || 'null');
}

export const act = (person, deed, more) => control('POST', 'act', { person, platform: 'tiktok', do: deed, ...more });
export const later = (seconds) => control('PUT', 'clock', { advance_s: seconds });

/** The simulated TikTok with a change; nobody is signed out. */
export async function change(apply) {
  const { platforms } = await control('GET', 'world');
  apply(platforms.tiktok);
  await control('POST', 'reset', { platforms });
}

export async function ledger() {
  const { data } = await control('GET', 'ledger');
  return data.map((row) => `${row.operation} ${row.asset.id} ${row.roles.join('+')}`);
}

/** Through a consent page as this person: logs in at `login`, answers with `fields`, and returns what the app gets back. */
export async function consent(login, person, next, fields) {
  const form = (fields) => ({ method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
  const there = await fetch(`${SIM}/${login}`, form({ person, next }));
  const cookie = there.headers.get('set-cookie').split(';')[0];
  const back = await fetch(new URL(there.headers.get('location'), SIM), { ...form(fields), headers: { cookie } });
  return new URL(back.headers.get('location')).searchParams;
}

/** The marketing authorisation, exchanged by the SDK. */
export async function signIn(person) {
  const query = new URLSearchParams({ app_id: APP.app_id, redirect_uri: CALLBACK, state: 's1' });
  const fields = [['answer', 'confirm'], ...['100', '150', '153', '155', '156'].map((scope) => ['scope', scope])];
  const back = await consent('business-api.tiktok.com/portal/login', person, `/portal/auth?${query}`, fields);
  const code = back.get('auth_code');
  const data = await call(authentication, 'oauth2AccessToken', { body: { ...APP, auth_code: code } });
  return { code, ...data };
}
