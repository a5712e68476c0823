// The six steps of one piece of work, each committed before the next begins. After a crash the job comes again, and
// goes on behind the last step that was committed.
const STEPS = 6;

const schema = `
  CREATE TABLE step (work bigint, n int, data text NOT NULL, PRIMARY KEY (work, n));`;

async function work(pool, id, data) {
  const done = await pool.query({
    name: 'done', text: 'SELECT COALESCE(MAX(n), 0) AS n FROM step WHERE work = $1', values: [id],
  });
  for (let n = done.rows[0].n + 1; n <= STEPS; n += 1) {
    await pool.query({ name: 'step', text: 'INSERT INTO step (work, n, data) VALUES ($1, $2, $3)', values: [id, n, data] });
  }
}

// When the last piece of work is done, and the queue holds nothing any more.
async function finished(pool, count, left) {
  for (;;) {
    const { rows: [{ n }] } = await pool.query('SELECT COUNT(*)::int AS n FROM step WHERE n = $1', [STEPS]);
    if (n === count && (await pool.query(left)).rows[0].n === 0) return;
    await new Promise((next) => { setTimeout(next, 20); });
  }
}

module.exports = { schema, work, finished };
