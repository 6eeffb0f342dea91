// Cases: the table of the newest, and the sheet with a case's facts and timeline.
import { byId, make } from "/static/dom.js";
import { read } from "/static/net.js";
import {
  commandName, current, day, eventName, fieldName, fieldValue, isRule, labelOf, money, nameOf, number, other, reasonText, ruleText, t, time, valueName,
  valuesOf,
} from "/static/words.js";

const PAGE = 15;
const ENDED_WELL = new Set(["settled", "effective", "applied", "confirmed"]);
const NEEDS_CARE = new Set(["returned", "ended", "not_confirmed"]);
const WITH_COURT = new Set(["handed_over", "submitted", "docketed"]);
let shown = [];
let next = null;
let pages = 1;
let asked = 0;
let opened = null;

// The table -------------------------------------------------------------------------------------

export function fillFilters(institutions) {
  const form = byId("filters");
  const fill = (name, options) => {
    const select = form.elements[name];
    const chosen = select.value;
    select.replaceChildren(
      make("option", { value: "" }, t("all")),
      ...options.map(([value, text]) => make("option", { value }, text)),
    );
    select.value = chosen;
  };
  const coded = (kind) => valuesOf(kind).map((v) => [v, valueName(kind, v)]);
  fill("institution", institutions.map((one) => [one.id, nameOf(one.id)]));
  fill("cause", coded("cause"));
  fill("status", coded("status"));
  fill("end", coded("end"));
}

export async function loadCases({ more = false, fresh = false } = {}) {
  if (fresh) pages = 1;
  if (!more && pages > 1) return;
  const query = new URLSearchParams({ limit: PAGE });
  for (const [name, value] of new FormData(byId("filters"))) if (value.trim()) query.set(name, value.trim());
  if (more && next) query.set("after", next);
  const mine = ++asked;
  if (fresh || !shown.length) say("cases-state", t("loading"));
  try {
    const found = await read(`/cases?${query}`);
    if (mine !== asked) return;
    shown = more ? [...shown, ...found.cases] : found.cases;
    next = found.next;
    if (more) pages += 1;
    renderCases();
  } catch (error) {
    if (mine === asked) say("cases-state", t("failed"));
    throw error;
  }
}

export function renderCases() {
  const body = byId("case-rows");
  const focused = body.contains(document.activeElement) ? document.activeElement.dataset.case : null;
  body.replaceChildren(...shown.map(row));
  if (focused) body.querySelector(`[data-case="${CSS.escape(focused)}"]`)?.focus();
  const filtered = [...new FormData(byId("filters")).values()].some(Boolean);
  say("cases-state", shown.length ? "" : t(filtered ? "noCases" : "noCasesYet"));
  byId("more").hidden = !next;
}

function row(one) {
  const cell = (key, ...children) => make("td", { "data-label": t(key) }, ...children);
  const number = one.case_numbers.at(-1);
  const button = make(
    "button",
    { type: "button", class: "case-link", "data-case": one.id, "aria-label": `${t("open_case")} ${number ?? one.id}` },
    number ? make("span", { class: "hang" }, ...yearApart(number)) : make("span", { class: "mono" }, short(one.id)),
  );
  return make(
    "tr",
    { "data-open": one.id },
    cell("case", button),
    cell("institution", nameOf(one.institution), make("span", { class: "aside under" }, valueName("cause", one.cause))),
    cell("respondent", one.masked_name || "–"),
    make("td", { class: "number", "data-label": t("claim") }, one.claim_fen ? money(one.claim_fen) : "–"),
    cell("status", pill(one)),
    make("td", { class: "when", "data-label": t("updated") }, ...apart(time(one.last_at))),
  );
}

function pill(one) {
  const kind = ENDED_WELL.has(one.status) ? "good" : NEEDS_CARE.has(one.status) ? "warn" : WITH_COURT.has(one.status) ? "court" : "";
  const text = one.status === "ended" ? valueName("end", one.end) : valueName("status", one.status);
  return make("span", { class: `pill ${kind}` }, text);
}

// A date and a time, each whole, on two lines where there is no room for one.
const apart = (text) => text.split(" ").flatMap((part) => [make("span", {}, part), " "]);

// A case number breaks behind its year alone: （2026） 京0106民初5号.
const yearApart = (number) => number.split(/(?<=）)/).flatMap((part) => [part, make("wbr")]);

const short = (id) => (id.length > 16 ? `${id.slice(0, 9)}…${id.slice(-4)}` : id);
const say = (id, text) => {
  byId(id).textContent = text;
  byId(id).hidden = !text;
};

// The sheet -------------------------------------------------------------------------------------

export async function openCase(id) {
  opened = { id, case: null, events: [] };
  const sheet = byId("sheet");
  renderSheet();
  say("sheet-state", t("loading"));
  if (!sheet.open) sheet.showModal();
  byId("sheet-title").focus();
  await refreshSheet();
}

export async function refreshSheet() {
  if (!opened || !byId("sheet").open) return;
  const { id } = opened;
  const path = `/cases/${encodeURIComponent(id)}`;
  try {
    const [one, { events }] = await Promise.all([read(path), read(`${path}/timeline`)]);
    if (opened?.id !== id) return;
    const same = opened.events.length === events.length;
    opened = { id, case: one, events };
    say("sheet-state", "");
    if (!same) renderSheet();
  } catch (error) {
    say("sheet-state", error.problem?.[current()] ?? t("failed"));
  }
}

export function closeCase() {
  opened = null;
}

export function renderSheet() {
  if (!opened) return;
  const one = opened.case;
  const open = new Set([...document.querySelectorAll("#sheet-timeline details[open]")].map((node) => node.dataset.id));
  byId("sheet-title").replaceChildren(
    ...(one ? [`${nameOf(one.institution)} · ${valueName("cause", one.cause)} `, pill(one)] : [t("case")]),
  );
  byId("sheet-id").textContent = opened.id;
  byId("sheet-timeline-title").hidden = !one;
  byId("sheet-facts").replaceChildren(...(one ? facts(one) : []));
  byId("sheet-timeline").replaceChildren(...opened.events.map((event) => line(event, open.has(event.id))));
}

function facts(one) {
  const found = [
    ["respondent", one.masked_name],
    ["claim", one.claim_fen ? money(one.claim_fen) : ""],
    ["issue", labelOf(one.issue)],
    ["tier", valueName("tier", one.tier)],
    ["organisation", nameOf(one.organisation)],
    ["mediator", nameOf(one.mediator)],
    ["opened", day(one.opened_at)],
    ["due", one.paused && !one.end ? t("paused") : one.due_provisional && !one.end ? `${day(one.due_at)} (${t("provisional")})` : day(one.due_at)],
    ["end", valueName("end", one.end)],
    ["settledAmount", one.settled_fen ? money(one.settled_fen) : ""],
    ["agreedAmount", one.agreed_fen ? money(one.agreed_fen) : ""],
    ["caseNumbers", one.case_numbers.join("\n")],
    ["mergedInto", one.merged_into],
    ["joined", (one.joined ?? []).join("\n")],
  ];
  return found
    .filter(([, value]) => value)
    .map(([key, value]) => make("div", {}, make("dt", {}, t(key)), make("dd", {}, value)));
}

function line(event, open) {
  // The organisation of a party is the case itself: an id that the sheet shows already.
  const nobody = ["system", event.case].includes(event.organisation);
  const actor = nobody ? "" : nameOf(event.organisation);
  const role = valueName("role", event.role);
  const data = Object.entries(event.data);
  return make(
    "li",
    { class: `event ${event.service}` },
    make("p", { class: "when" }, time(event.at)),
    make(
      "p",
      { class: "event-name" },
      named(event),
      " ",
      make("span", { class: "aside", lang: other() === "zh" ? "zh-CN" : "en" }, eventName(event.type, other())),
    ),
    make("p", { class: "aside" }, [actor, role].filter(Boolean).join(" · ")),
    data.length ? details(event.id, data, open) : null,
  );
}

// Both parties consent, and both sign: without the name the two lines are the same.
function named(event) {
  const { party } = event.data;
  return party ? `${eventName(event.type)} · ${valueName("party", party)}` : eventName(event.type);
}

function details(id, data, open) {
  const rows = data.map(([field, value]) => make("div", {}, make("dt", {}, fieldName(field)), make("dd", {}, shownValue(field, value))));
  return make("details", { "data-id": id, open }, make("summary", {}, t("details")), make("dl", { class: "facts" }, ...rows));
}

function shownValue(field, value) {
  if (Array.isArray(value)) return value.map((one) => shownValue(field, one)).join(between(value));
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (field.endsWith("_fen")) return money(value);
  if (typeof value === "number") return number(value);
  if (value && typeof value === "object") return part(value);
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return time(value);
  if (isRule(field)) return ruleText(value);
  if (field === "reason") return reasonText(value) === value ? valueName("decline_reason", value) : reasonText(value);
  if (["institution", "organisation", "mediator", "court", "excluded"].includes(field)) return nameOf(value);
  if (["issue", "product", "channel"].includes(field)) return labelOf(value);
  if (field === "command") return commandName(value.replace(/^suyuan\./, "").replace(/\.v\d+$/, ""));
  return fieldValue(field, value);
}

// Sentences stand on lines of their own, words in a row.
function between(values) {
  if (typeof values[0] === "object") return "\n";
  return current() === "zh" ? "、" : ", ";
}

// A part of an event: why a filing came back, a document, or fields of their own.
function part(value) {
  if (value.code) {
    const basis = [value.rests_on && valueName("return_ground", value.rests_on), value.citation].filter(Boolean);
    return `${reasonText(value.code)} (${[value.field, ...basis].join("; ")})`;
  }
  if (!value.type) {
    const said = Object.entries(value).map(([field, one]) => `${fieldName(field)} ${field.endsWith("_year") ? one : shownValue(field, one)}`);
    return said.join(between(said));
  }
  const status = value.status ? ` ${valueName("filing_status", value.status)}` : "";
  return valueName("document_type", value.type) + status;
}
