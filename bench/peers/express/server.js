// The same lookup as the link page, as an ordinary Express application on PostgreSQL, one worker a core.
// Prints {"port","path"} when it listens.
const cluster = require('node:cluster');
const { createHash, createHmac } = require('node:crypto');
const { availableParallelism } = require('node:os');
const express = require('express');
const session = require('express-session');
const passport = require('passport');
const { Pool } = require('pg');

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const token = createHash('sha256').update('the link').digest('base64url');
const keyed = (text) => createHmac('sha256', 'bench').update(text).digest('hex');

const schema = `
  CREATE TABLE agency (agency_id text PRIMARY KEY, name text, domain text);
  CREATE TABLE member (agency_id text, member_id text, name text, role text, PRIMARY KEY (agency_id, member_id));
  CREATE TABLE client (agency_id text, client_id text, name text, PRIMARY KEY (agency_id, client_id));
  CREATE TABLE link (token_hash text PRIMARY KEY, agency_id text, request_id text);
  CREATE TABLE request (agency_id text, request_id text, client_id text, member_id text, state text,
    message text, link_expires_at bigint, PRIMARY KEY (agency_id, request_id));
  CREATE TABLE item (agency_id text, item_id text, request_id text, platform text, position int, state text,
    asks text, PRIMARY KEY (agency_id, item_id));
  CREATE INDEX item_request ON item (agency_id, request_id, position);
  INSERT INTO agency VALUES ('a', 'Northwind Growth', 'northwind.example');
  INSERT INTO member VALUES ('a', 'm', 'Kim Okafor', 'owner');
  INSERT INTO client VALUES ('a', 'c', 'Harbour Bakery');
  INSERT INTO request VALUES ('a', 'r', 'c', 'm', 'opened', 'Spring campaign', 4102444800000);
  INSERT INTO item VALUES ('a', 'i', 'r', 'meta', 0, 'open',
    '[{"type":"page","level":"manage"},{"type":"ad_account","level":"manage"}]');`;

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const first = async (sql, values) => (await pool.query(sql, values)).rows[0];

async function page(req, res) {
  const link = await first('SELECT agency_id, request_id FROM link WHERE token_hash = $1', [keyed(req.params.token)]);
  if (!link) return res.status(404).send('This link is unknown.');
  const key = [link.agency_id, link.request_id];
  const request = await first('SELECT * FROM request WHERE agency_id = $1 AND request_id = $2', key);
  const agency = await first('SELECT name, domain FROM agency WHERE agency_id = $1', [link.agency_id]);
  const client = await first('SELECT name FROM client WHERE agency_id = $1 AND client_id = $2', [link.agency_id, request.client_id]);
  const member = await first('SELECT name, role FROM member WHERE agency_id = $1 AND member_id = $2', [link.agency_id, request.member_id]);
  const items = (await pool.query('SELECT * FROM item WHERE agency_id = $1 AND request_id = $2 ORDER BY position', key)).rows;
  const asks = (item) => JSON.parse(item.asks).map((ask) => `<li>${escape(ask.type)} ${escape(ask.level)}</li>`).join('');
  const cards = items.map((item) => `<section data-state="${escape(item.state)}"><h2>${escape(item.platform)}</h2>
    <ul>${asks(item)}</ul><form method="post" action="${item.item_id}/connect"><button>Sign in</button></form></section>`);
  res.send(`<!doctype html><html lang="en"><title>${escape(agency.name)} asks for access</title>
    <h1>${escape(agency.name)} asks ${escape(client.name)} for access</h1><p>${escape(member.name)}, ${escape(member.role)}</p>
    <blockquote>${escape(request.message)}</blockquote>${cards.join('')}</html>`);
}

async function primary() {
  await pool.query(schema);
  await pool.query("INSERT INTO link VALUES ($1, 'a', 'r')", [keyed(token)]);
  await pool.end();
  let waiting = availableParallelism();
  cluster.on('listening', (_, address) => {
    waiting -= 1;
    if (waiting === 0) console.log(JSON.stringify({ port: address.port, path: `/r/${token}` }));
  });
  for (let i = waiting; i > 0; i -= 1) cluster.fork();
}

function worker() {
  const app = express();
  app.use(session({ secret: 'bench', resave: false, saveUninitialized: false }));
  app.use(passport.initialize());
  app.use(passport.session());
  app.get('/r/:token', page);
  app.listen(0, '127.0.0.1');
}

if (cluster.isPrimary) primary();
else worker();
