// JOBS pieces of work in six durable steps, CONCURRENCY at once. Prints {"seconds"}.
const { Pool } = require('pg');
const PgBoss = require('pg-boss');
const { schema, work, finished } = require('../steps.js');

const [jobs, concurrency, bytes] = ['JOBS', 'CONCURRENCY', 'BYTES'].map((name) => Number(process.env[name]));
// A worker fetches so many jobs at once, and at most twice a second.
const BATCH = 250;

async function main() {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: concurrency });
  const data = 'x'.repeat(bytes);
  await pool.query(schema);
  const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, max: 8, supervise: false, schedule: false });
  boss.on('error', (error) => { throw error; });
  await boss.start();
  await boss.createQueue('work');
  for (let from = 0; from < jobs; from += 1000) {
    const count = Math.min(1000, jobs - from);
    await boss.insert(Array.from({ length: count }, (_, i) => ({ name: 'work', data: { id: from + i + 1 } })));
  }
  await pool.query('VACUUM ANALYZE');
  const start = process.hrtime.bigint();
  // As many at once as there are connections in the pool.
  for (let worker = 0; worker < 8; worker += 1) {
    await boss.work('work', { batchSize: BATCH, pollingIntervalSeconds: 0.5 }, (batch) => Promise.all(batch.map((job) => work(pool, job.data.id, data))));
  }
  await finished(pool, jobs, "SELECT COUNT(*)::int AS n FROM pgboss.job WHERE name = 'work' AND state < 'completed'");
  console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - start) / 1e9 }));
  await boss.stop({ graceful: false, wait: false });
  await pool.end();
  process.exit(0);
}

main();
