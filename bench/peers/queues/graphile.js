// The steps on graphile-worker: node graphile.js WORKS CONCURRENCY LOCAL_QUEUE, with DATABASE_URL.
//
// Each step is a job; its handler writes its rows and adds the next job in one transaction (`graphile_worker.add_job`).
// The queue ends a job after that, outside of the transaction.

import { Logger, run } from 'graphile-worker';
import pg from 'pg';

import { approve, atPlatform, measure, prepare, STEPS, write } from './work.js';

const [works, concurrency, size] = process.argv.slice(2).map(Number);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: concurrency + 34 });
// A connection that is lost ends the run.
const fail = (error) => { throw error; };
pool.on('error', fail);
pool.on('connect', (client) => client.on('error', fail));
const ADD = { name: 'add', text: 'SELECT graphile_worker.add_job($1, $2::json)' };

async function together(client, apply) {
  await client.query('BEGIN');
  try {
    await apply((query) => client.query(query));
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

const handler = (step) => (payload, helpers) => {
  const seen = atPlatform(step, payload);
  return helpers.withPgClient((client) =>
    together(client, async (ask) => {
      const [fresh] = await write(ask, step, [payload], [seen]);
      if (fresh && step.next) await ask({ ...ADD, values: [step.next, JSON.stringify(payload)] });
    }),
  );
};

await prepare(pool);
const runner = await run({
  pgPool: pool,
  concurrency,
  noHandleSignals: true,
  logger: new Logger(() => () => {}),
  pollInterval: 100,
  taskList: Object.fromEntries(STEPS.map((step) => [step.name, handler(step)])),
  preset: size > 0 ? { worker: { localQueue: { size }, completeJobBatchDelay: 0 } } : {},
});
const told = await measure(pool, works, async (payload) => {
  const client = await pool.connect();
  try {
    await together(client, async (ask) => {
      await approve(ask, payload);
      await ask({ ...ADD, values: [STEPS[0].name, JSON.stringify(payload)] });
    });
  } finally {
    client.release();
  }
});
await runner.stop();
await pool.end();
console.log(JSON.stringify(told));
process.exit(0);
