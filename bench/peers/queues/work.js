// What one grant does durably, from the approval to its record, as a job queue's steps. The same for both queues: the
// tables, the platform, who approves, and when it is over.
//
// Six steps, each kept before the next one begins: the approval with its first job; the claim, which is the queue's own;
// what the platform showed; the intent; that it was done; what it showed then, with an event. Each writes the grant's
// state and a line of the audit log. The platform answers at once and is a map in the process.

/** After which state each job runs, and what it leaves. The claim comes before each of them. */
export const STEPS = [
  { name: 'look', from: 'approved', to: 'looked', next: 'intend' },
  { name: 'intend', from: 'looked', to: 'intended', next: 'act' },
  { name: 'act', from: 'intended', to: 'acted', next: 'record' },
  { name: 'record', from: 'acted', to: 'active', next: null },
];

export const AGENCIES = 16;
/** People who press "approve" at the same time. */
const PEOPLE = 32;
const ROLES = ['see', 'edit'];

const TABLES = `
  CREATE TABLE grants (
    agency_id INT, id INT, state TEXT NOT NULL, asset JSONB NOT NULL, receiver TEXT NOT NULL, roles JSONB NOT NULL,
    seen JSONB, created_at TIMESTAMPTZ NOT NULL DEFAULT now(), changed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (agency_id, id));
  CREATE TABLE audit (
    agency_id INT, seq BIGSERIAL, at TIMESTAMPTZ NOT NULL DEFAULT now(), what TEXT NOT NULL, grant_id INT NOT NULL,
    detail JSONB NOT NULL, PRIMARY KEY (agency_id, seq));
  CREATE TABLE events (
    agency_id INT, seq BIGSERIAL, at TIMESTAMPTZ NOT NULL DEFAULT now(), what TEXT NOT NULL, grant_id INT NOT NULL,
    PRIMARY KEY (agency_id, seq));
`;

const GRANT = {
  name: 'approve',
  text: "INSERT INTO grants (agency_id, id, state, asset, receiver, roles) VALUES ($1, $2, 'approved', $3, $4, $5)",
};
const AUDIT = { name: 'audit', text: 'INSERT INTO audit (agency_id, grant_id, what, detail) VALUES ($1, $2, $3, $4)' };
/** Nobody moves a grant twice: a job that runs again finds another state. */
const MOVE = {
  name: 'move',
  text: `UPDATE grants g SET state = $4, seen = coalesce(t.seen, g.seen), changed_at = now()
    FROM unnest($1::int[], $2::int[], $5::jsonb[]) AS t (agency_id, id, seen)
    WHERE g.agency_id = t.agency_id AND g.id = t.id AND g.state = $3 RETURNING g.agency_id AS agency, g.id`,
};
const TELL = {
  name: 'tell',
  text: `INSERT INTO audit (agency_id, grant_id, what, detail)
    SELECT agency_id, id, $3, $4 FROM unnest($1::int[], $2::int[]) AS t (agency_id, id)`,
};
const EVENT = {
  name: 'event',
  text: `INSERT INTO events (agency_id, grant_id, what)
    SELECT agency_id, id, $3 FROM unnest($1::int[], $2::int[]) AS t (agency_id, id)`,
};

export const prepare = (pool) => pool.query(TABLES);

/** The grant and its line; the caller adds the first job and commits. */
export async function approve(run, { agency, id }) {
  const asset = JSON.stringify({ type: 'thing', id: `t${id}`, within: 's1' });
  await run({ ...GRANT, values: [agency, id, asset, `agency${agency}`, JSON.stringify(ROLES)] });
  await run({ ...AUDIT, values: [agency, id, 'grant.approved', asset] });
}

const held = new Map();

/** What this step does at the platform: what it showed, if it was asked. */
export function atPlatform(step, { agency, id }) {
  const key = `${agency}/${id}`;
  if (step.name === 'act') held.set(key, ROLES);
  return step.name === 'look' || step.name === 'record' ? JSON.stringify(held.get(key) ?? null) : null;
}

/** Writes what the step leaves of all these grants, and returns those that had not been done before. */
export async function write(run, step, all, seen) {
  const column = (name, rows) => rows.map((row) => row[name]);
  const { rows } = await run({ ...MOVE, values: [column('agency', all), column('id', all), step.from, step.to, seen] });
  if (!rows.length) return rows;
  const moved = [column('agency', rows), column('id', rows)];
  await run({ ...TELL, values: [...moved, `grant.${step.to}`, JSON.stringify({ state: step.to })] });
  if (!step.next) await run({ ...EVENT, values: [...moved, 'grant.active'] });
  return rows;
}

/** So many are done before, as for ours: nobody's database is empty for long, and its server has figures to plan by. */
const EARLIER = 640;

/** Approves so many side by side and waits for the last record; what came of it. */
export async function measure(pool, works, approveOne) {
  await approveAll(pool, 0, EARLIER, approveOne);
  await pool.query('ANALYZE');
  const start = performance.now();
  await approveAll(pool, EARLIER, EARLIER + works, approveOne);
  const seconds = (performance.now() - start) / 1000;
  const { rows } = await pool.query(`SELECT
    (SELECT count(*) FROM grants WHERE state = 'active' AND seen IS NOT NULL)::int AS active,
    (SELECT count(*) FROM audit)::int AS audit, (SELECT count(*) FROM events)::int AS events`);
  return { works: EARLIER + works, counted: works, seconds, ...rows[0] };
}

async function approveAll(pool, from, to, approveOne) {
  const people = Array.from({ length: PEOPLE }, async (_, person) => {
    for (let id = from + person; id < to; id += PEOPLE) await approveOne({ agency: id % AGENCIES, id });
  });
  await Promise.all(people);
  for (;;) {
    const { rows } = await pool.query('SELECT count(*)::int AS n FROM events');
    if (rows[0].n >= to) break;
    await new Promise((done) => { setTimeout(done, 10); });
  }
}
