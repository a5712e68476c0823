// What the browser sent, and whether a secret went where it must not.

/** Notes every request of this context, redirects included. `sent()` gives them with their headers. */
export function record(context) {
  const notes = [];
  context.on('request', (request) => {
    if (/^https?:/.test(request.url())) notes.push(headersOf(request));
  });
  return { sent: () => Promise.all(notes) };
}

const headersOf = async (request) => ({ url: request.url(), headers: await request.allHeaders() });

/**
 * Where one of `secrets` ({kind, value}) stands in an address or a Referer. `mayCarry(url, secret)` says
 * which addresses are meant to carry it; a Referer never is.
 */
export function leaks(requests, secrets, mayCarry) {
  return requests.flatMap(({ url, headers }) =>
    secrets.flatMap((secret) => {
      const where = [];
      if (holds(url, secret) && !mayCarry(new URL(url), secret)) where.push('address');
      if (holds(headers.referer ?? '', secret)) where.push('Referer');
      return where.map((place) => `${secret.kind} in the ${place} of ${new URL(url).origin}${new URL(url).pathname}`);
    }),
  );
}

const holds = (text, { value }) => [text, decoded(text)].some((form) => form.includes(value));

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
