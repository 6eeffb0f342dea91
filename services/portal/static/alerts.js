// The latest alerts.
import { byId, draw, make } from "/static/dom.js";
import { read } from "/static/net.js";
import { labelOf, nameOf, number, t, valueName } from "/static/words.js";

let shown = null;

export async function loadAlerts() {
  const state = byId("alerts-state");
  if (!shown) state.textContent = t("loading");
  try {
    shown = (await read("/alerts?limit=8")).alerts;
    renderAlerts();
  } catch (error) {
    state.hidden = false;
    state.textContent = t("failed");
    throw error;
  }
}

export function renderAlerts() {
  if (!shown) return;
  byId("alert-rows").replaceChildren(...shown.map(line));
  const state = byId("alerts-state");
  state.textContent = shown.length ? "" : t("noAlerts");
  state.hidden = shown.length > 0;
}

function line(one) {
  const seen = Boolean(one.acknowledged_at);
  return make(
    "li",
    {},
    make(
      "p",
      { class: "alert-head" },
      make("strong", {}, one.institution ? nameOf(one.institution) : t("allInstitutions")),
      make("span", { class: `pill ${seen ? "" : "alert"}` }, t(seen ? "acknowledged" : "notAcknowledged")),
    ),
    make("p", {}, about(one)),
    one.members.length ? make("p", { class: "aside" }, members(one)) : null,
    scale(one),
    make(
      "p",
      { class: "aside" },
      `${number(one.count)} ${t("count")} · ${t("expected")} ${one.expected.toFixed(1)} · ${t("bound")} ${one.bound.toFixed(1)} · ${t("weekOf")} `,
      make("span", { class: "whole" }, one.week),
    ),
  );
}

// What an alert does not name is summed.
function about(one) {
  const cause = one.cause ? valueName("cause", one.cause) : t("allCauses");
  return one.issue ? `${cause} · ${labelOf(one.issue)}` : cause;
}

function members(one) {
  return one.members.join(", ") + (one.others ? ` … +${one.others}` : "");
}

// The week's count, with a mark at what was expected and one at the bound that it passed.
function scale(one) {
  const full = Math.max(one.count, one.bound) || 1;
  const x = (value) => (100 * value) / full;
  const mark = (value, kind) => draw("rect", { x: `${Math.min(99, x(value))}%`, y: 0, width: 2, height: 10, class: kind });
  return draw(
    "svg",
    { class: "scale", "aria-hidden": "true" },
    draw("rect", { x: 0, y: 3, width: "100%", height: 4, rx: 2, class: "ground" }),
    draw("rect", { x: 0, y: 3, width: `${x(one.count)}%`, height: 4, rx: 2, class: "count" }),
    draw("rect", { x: 0, y: 3, width: `${x(one.bound)}%`, height: 4, rx: 2, class: "usual" }),
    mark(one.expected, "expected"),
    mark(one.bound, "bound"),
  );
}
