// The page: who is signed in, what is live, and what happens on a click.
import { loadAlerts, renderAlerts } from "/static/alerts.js";
import { closeCase, fillFilters, loadCases, openCase, refreshSheet, renderCases, renderSheet } from "/static/cases.js";
import { byId } from "/static/dom.js";
import { lookAs, picture, render, showFigures } from "/static/flow.js";
import { listen, read, Refused, signedIn, signIn, signOut, takeReason, takeTokenFromAddress } from "/static/net.js";
import { apply, choose, current, learn, learnNames, nameOf, number, onLanguage, other, t, valueName } from "/static/words.js";

const LONGEST_WAIT = 15_000;
const LISTS_EVERY = 2_500;
const SPEAK_EVERY = 30_000;
let network = null;
let me = null;
let latest = null;
let running = null;
let wait = 1_000;
let liveState = "off";
let listsAt = 0;
let listsTimer = 0;
let spokenAt = 0;

// Signing in ------------------------------------------------------------------------------------

async function enter() {
  if (!signedIn()) return askForToken();
  try {
    [me, network] = await Promise.all([read("/me"), read("/network")]);
    learn(await read("/words"));
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return leave(error.problem[current()]);
    setLive("waiting");
    return setTimeout(enter, 3_000);
  }
  learnNames(network);
  lookAs(me.role);
  byId("sign-in").hidden = true;
  byId("board").hidden = false;
  byId("sign-out").hidden = false;
  renderPlace();
  fillFilters(network.institutions);
  refreshLists();
  follow();
  openFromAddress();
}

function askForToken() {
  const why = takeReason();
  byId("sign-in").hidden = false;
  byId("sign-in-error").textContent = why;
  byId("sign-in-error").hidden = !why;
  setLive("off");
  byId("token").focus();
}

// A fresh page forgets everything that the last person saw.
function leave(why = "") {
  signOut(why);
  location.reload();
}

// Live figures ----------------------------------------------------------------------------------

async function follow() {
  running?.abort();
  const mine = (running = new AbortController());
  while (!mine.signal.aborted) {
    setLive("connecting");
    try {
      await listen(mine.signal, () => { wait = 1_000; setLive("live"); }, onFigures);
    } catch (error) {
      if (mine.signal.aborted) return;
      if (error instanceof Refused && error.status === 401) return leave(error.problem[current()]);
      setLive("waiting");
      await new Promise((done) => setTimeout(done, wait * (0.7 + 0.6 * Math.random())));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }
}

function onFigures(figures) {
  const changed = latest !== null;
  latest = figures;
  showFigures(figures);
  speak(figures.totals);
  if (changed) refreshListsSoon();
}

function setLive(state) {
  liveState = state;
  byId("live").dataset.state = state;
  byId("live-text").textContent = state === "off" ? "" : t(state);
}

// Tells a screen reader the sum of it now and then, not every number that moves.
function speak(totals) {
  if (Date.now() - spokenAt < SPEAK_EVERY) return;
  spokenAt = Date.now();
  byId("spoken").textContent = t("spoken", {
    filed: number(totals.filed), settled: number(totals.settled), amount: totals.settled_wan, cny: totals.settled_cny,
  });
}

function refreshListsSoon() {
  if (listsTimer) return;
  listsTimer = setTimeout(refreshLists, Math.max(0, listsAt + LISTS_EVERY - Date.now()));
}

async function refreshLists() {
  listsTimer = 0;
  if (!signedIn()) return;
  listsAt = Date.now();
  const all = await Promise.allSettled([loadCases(), loadAlerts(), refreshSheet()]);
  if (all.some((one) => one.status === "rejected")) setTimeout(refreshListsSoon, 5_000);
}

// What people do --------------------------------------------------------------------------------

function renderPlace() {
  byId("place").textContent = network ? network.name[current()] : t("tagline");
  byId("language").textContent = other() === "zh" ? "中文" : "English";
  byId("language").lang = other() === "zh" ? "zh-CN" : "en";
  if (!me) return;
  byId("who").hidden = false;
  // Who may look for an institution's own reference: itself, the court, the operators.
  byId("by-reference").hidden = !["institution_agent", "court_clerk", "judge", "operator"].includes(me.role);
  byId("who").textContent = `${nameOf(me.organisation)} · ${valueName("role", me.role)}`;
}

function openFromAddress() {
  const id = new URLSearchParams(location.hash.slice(1)).get("case");
  if (id && me) openCase(id);
}

function address(id) {
  history.replaceState(null, "", location.pathname + (id ? `#case=${encodeURIComponent(id)}` : ""));
}

onLanguage(() => {
  renderPlace();
  setLive(liveState);
  if (!network) return;
  fillFilters(network.institutions);
  render();
  renderCases();
  renderAlerts();
  renderSheet();
});

byId("language").addEventListener("click", () => choose(other()));
byId("sign-out").addEventListener("click", () => leave());
byId("sign-in-form").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(byId("token").value.trim());
  byId("token").value = "";
  enter();
});
byId("filters").addEventListener("change", () => loadCases({ fresh: true }).catch(refreshListsSoon));
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("more").addEventListener("click", () => loadCases({ more: true }).catch(() => {}));
byId("case-rows").addEventListener("click", (event) => {
  const id = event.target.closest("[data-open]")?.dataset.open;
  if (!id) return;
  address(id);
  openCase(id);
});
byId("sheet-close").addEventListener("click", () => byId("sheet").close());
byId("sheet").addEventListener("click", (event) => {
  if (event.target === byId("sheet")) byId("sheet").close();
});
byId("sheet").addEventListener("close", () => {
  if (byId("sheet").open) return; // the event comes late: another case was opened meanwhile
  closeCase();
  address("");
});
document.addEventListener("visibilitychange", () => {
  if (!me || !signedIn()) return;
  if (document.hidden) {
    running?.abort();
    setLive("paused");
  } else {
    follow();
    refreshListsSoon();
  }
});
window.addEventListener("hashchange", () => { takeTokenFromAddress(); openFromAddress(); });
new ResizeObserver(() => { if (latest) picture(latest.totals); }).observe(byId("picture"));

takeTokenFromAddress();
apply();
renderPlace();
enter();
