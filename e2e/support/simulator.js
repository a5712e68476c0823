// The simulated platforms' controls: what really happened there.

/** The default world never changes its names and ids. */
export const NORTHWIND_PORTFOLIO = '1558203947716620';

export class Simulator {
  constructor(url) {
    this.url = url;
    this.origin = new URL(url).origin;
  }

  /** Every effect applied so far, in order. */
  ledger = () => this.#get('ledger');

  /** Every secret issued so far. */
  secrets = () => this.#get('secrets');

  /** The API answers this much later from now on. */
  async latency(ms) {
    const answer = await fetch(`${this.url}/_sim/latency`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ms }),
    });
    if (!answer.ok) throw new Error(`PUT /_sim/latency: ${answer.status}`);
  }

  /** What somebody does by hand at a platform. Answers what the platform says when it refuses, else nothing. */
  async act(act) {
    const answer = await this.#post('act', act);
    return answer.ok ? '' : (await answer.json()).error;
  }

  /** The world as it is, changed by `edit`; everybody stays signed in. */
  async change(edit) {
    const answer = await fetch(`${this.url}/_sim/world`);
    const world = await answer.json();
    edit(world.platforms);
    const reset = await this.#post('reset', world);
    if (!reset.ok) throw new Error(`POST /_sim/reset: ${await reset.text()}`);
  }

  #post = (what, body) =>
    fetch(`${this.url}/_sim/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  async #get(what) {
    const answer = await fetch(`${this.url}/_sim/${what}`);
    if (!answer.ok) throw new Error(`GET /_sim/${what}: ${answer.status}`);
    return (await answer.json()).data;
  }
}

/** The ledger in short: "grant page 123 for 456". */
export const inShort = (ledger) =>
  ledger.map(({ operation, asset, principal }) => `${operation} ${asset.id} for ${principal.id}`).sort();
