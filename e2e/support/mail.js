// The demo's mail, read through its controls.

/** The newest one, once nothing is left to be sent. */
export async function lastMail({ control_url: control }) {
  await fetch(`${control}/drain`, { method: 'POST' });
  const { data } = await (await fetch(`${control}/mail`)).json();
  return data.at(-1);
}
