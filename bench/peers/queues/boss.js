// The steps on pg-boss: node boss.js WORKS CONCURRENCY BATCH, with DATABASE_URL.
//
// Each step is a queue of its own, and its worker is transactional: the handler's rows, the next job (`send` with the
// transaction's `db`) and the end of the job are one commit. A batch is one transaction of several jobs.

import pg from 'pg';
import { PgBoss } from 'pg-boss';

import { approve, atPlatform, measure, prepare, STEPS, write } from './work.js';

const [works, concurrency, batchSize] = process.argv.slice(2).map(Number);
const connectionString = process.env.DATABASE_URL;
const pool = new pg.Pool({ connectionString, max: 34 });
const max = 2 * STEPS.length * concurrency + 4;
const boss = new PgBoss({ connectionString, max, useListenNotify: true, schedule: false, supervise: false });
boss.on('error', (error) => { throw error; });

await prepare(pool);
await boss.start();
for (const step of STEPS) {
  await boss.createQueue(step.name, { notify: true });
  const options = {
    transactional: true, localConcurrency: concurrency, batchSize, pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 0.5, burstWhenBatchFull: true,
  };
  await boss.work(step.name, options, async (jobs, tx) => {
    const all = jobs.map((job) => job.data);
    const seen = all.map((grant) => atPlatform(step, grant));
    const fresh = await write(({ text, values }) => tx.executeSql(text, values), step, all, seen);
    if (step.next) await boss.insert(step.next, fresh.map((data) => ({ data })), { db: tx });
  });
}
const told = await measure(pool, works, async (payload) => {
  const client = await pool.connect();
  const db = { executeSql: (text, values) => client.query(text, values) };
  try {
    await client.query('BEGIN');
    await approve((query) => client.query(query), payload);
    await boss.send(STEPS[0].name, payload, { db });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
});
await boss.stop({ graceful: false });
await pool.end();
console.log(JSON.stringify(told));
process.exit(0);
