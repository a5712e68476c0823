// Enhances pages that already work without it: theme, copying, printing, searching, counting, live progress.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Theme: the reader's choice is kept only where it differs from the system's.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
const store = (theme) => {
  try { theme ? localStorage.setItem("theme", theme) : localStorage.removeItem("theme"); } catch { /* stays for this page */ }
};
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
const wear = (theme) => { theme ? root.dataset.theme = theme : delete root.dataset.theme; };
const label = (button) => { button.lastElementChild.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
const switches = () => all("[data-theme-switch]");

wear(stored());
for (const button of switches()) {
  button.hidden = false;
  label(button);
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    const kept = (theme === "dark") === system.matches ? null : theme;
    store(kept);
    wear(kept);
    switches().forEach(label);
  });
}
system.addEventListener("change", () => switches().forEach(label));

for (const button of all("[data-copy]")) {
  const field = button.parentElement.querySelector("input, [data-value]");
  const word = button.lastElementChild;
  const [before, after] = [word.textContent, button.dataset.copy || "Copied"];
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select?.();
    await navigator.clipboard.writeText(field.value ?? field.textContent);
    word.textContent = after;
    setTimeout(() => { word.textContent = before; }, 2000);
  });
}

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Searching: rows carry `data-search`, a fieldset without a match is hidden.
for (const box of all("[data-filters]")) {
  const field = box.querySelector("input");
  const found = box.querySelector("[data-found]");
  const rows = all("[data-search]").map((row) => ({ row, text: `${row.textContent} ${row.dataset.search}`.toLowerCase() }));
  box.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { row, text } of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      count += row.hidden ? 0 : 1;
    }
    for (const group of all("fieldset")) group.hidden = !group.querySelector("[data-search]:not([hidden])");
    found.textContent = words.length ? (count ? found.dataset.found.replace("%n", count) : found.dataset.none) : "";
  });
  // Enter searches; it does not send the form around it.
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

for (const form of all("[data-counts]")) {
  const shown = form.querySelector("[data-count]");
  if (!shown) continue;
  const count = () => { shown.textContent = shown.dataset.count.replace("%n", form.querySelectorAll("input[name=pick]:checked").length); };
  form.addEventListener("change", count);
  addEventListener("pageshow", count);
  count();
}

// A new request: the client's page beside it, drawn by the server from what is filled in so far.
for (const form of all("[data-compose]")) {
  const beside = document.querySelector("[data-beside]");
  const page = beside.querySelector(".beside-page");
  let last = 0;
  const draw = async () => {
    const mine = ++last;
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch("/requests/new/preview", { method: "POST", body }).catch(() => null);
    if (!answer?.ok || mine !== last) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const column = fresh.querySelector(".column");
    [column.lang, column.dir] = [fresh.documentElement.lang, fresh.documentElement.dir];
    // Inside this page it is a picture: its names and landmarks would stand beside ours.
    for (const named of all("[id], [aria-labelledby], [data-testid]", column)) for (const name of ["id", "aria-labelledby", "data-testid"]) named.removeAttribute(name);
    page.replaceChildren(column);
    beside.hidden = false;
  };
  let timer;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(draw, 250); });
  addEventListener("pageshow", draw);
}

// Progress: fetches this page again and swaps the parts that changed, so that only those are read out.
const swap = (old, fresh) => {
  const parts = (region) => all("[data-part]", region);
  const name = (part) => part.dataset.part;
  const [olds, news] = [parts(old), parts(fresh)];
  if (olds.map(name).join() !== news.map(name).join()) return old.replaceChildren(...fresh.childNodes);
  olds.forEach((part, n) => { if (!part.isEqualNode(news[n])) part.replaceWith(news[n]); });
};

/** Shows what is true now; false when this page is not the one any more. */
const refresh = async (region) => {
  const answer = await fetch(location.href, { cache: "no-store", headers: { accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = fresh.querySelector("[data-region]");
  if (answer.ok && answer.redirected) location.replace(answer.url);
  else if (!answer.ok || !now) location.reload();
  else {
    swap(region, now);
    region.toggleAttribute("data-live", now.hasAttribute("data-live"));
    document.title = fresh.title;
    return true;
  }
  return false;
};

/** Waits for the server to tell of changes; false when it does not tell any more. */
const listen = (region) => new Promise((ended) => {
  const source = new EventSource(region.dataset.events);
  const end = (well) => { source.close(); ended(well); };
  source.addEventListener("states", () => { refresh(region).then((here) => here || end(true), () => end(false)); });
  source.addEventListener("done", () => { refresh(region).then(() => end(true), () => end(false)); });
  source.addEventListener("error", () => end(false));
});

const watch = async (region) => {
  const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
  // The answer's Refresh header is for pages without this script: stopping the loaded page cancels it.
  if (document.readyState !== "complete") await new Promise((done) => { addEventListener("load", done, { once: true }); });
  stop();
  if (region.dataset.events && window.EventSource && (await listen(region))) return;
  for (let wait = 1000; region.hasAttribute("data-live"); ) {
    await pause(document.hidden ? 5000 : wait);
    try {
      if (!(await refresh(region))) return;
      wait = 1000;
    } catch {
      wait = Math.min(wait * 2, 15000);
    }
  }
};

all("[data-region][data-live]").forEach(watch);

// Beside a code to scan: does the account show by now? After a while, a new code.
const RENEW_MS = 240_000;
for (const form of all("[data-renews]")) {
  const code = document.querySelector("[data-scan]");
  const names = all("input[name=which]");
  const there = document.querySelector("[data-there]");
  if (!code) continue;
  const ask = async () => {
    if (document.hidden || !names.every((name) => name.value.trim())) return;
    const which = new URLSearchParams(names.map((name) => ["which", name.value]));
    const answer = await fetch(`${code.dataset.scan}?${which}`, { cache: "no-store" });
    if (answer.ok) there.hidden = !(await answer.json()).there;
  };
  const renew = async () => {
    if (document.hidden || !there.hidden) return;
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-scan]");
    if (answer.ok && fresh) code.replaceChildren(...fresh.childNodes);
  };
  const again = (what, ms) => setTimeout(() => what().catch(() => {}).finally(() => again(what, ms)), ms);
  again(ask, 3000);
  again(renew, RENEW_MS);
}
