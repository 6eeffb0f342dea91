// Language: which one, and how amounts, times and codes read in it.
import { TEXT } from "/static/texts.js";

const KEPT = "suyuan.language";
let language = localStorage.getItem(KEPT) || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
let words = { events: {}, commands: {}, fields: {}, values: {}, rules: {}, reasons: {} };
let names = new Map();
let labels = {};
const listeners = [];

export const current = () => language;
export const other = () => (language === "zh" ? "en" : "zh");
export const onLanguage = (listener) => listeners.push(listener);

export function choose(next) {
  language = next;
  localStorage.setItem(KEPT, next);
  apply();
  listeners.forEach((listener) => listener());
}

export function apply() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = `${t("brand")} · ${t("title")}`;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
}

export function t(key, values = {}) {
  const text = TEXT[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function learn(found) {
  words = found;
}

export function learnNames(network) {
  names = new Map([
    [network.court.id, network.court],
    ...network.organisations.map((one) => [one.id, one]),
    ...network.institutions.map((one) => [one.id, one]),
    ...Object.entries(network.mediators),
  ]);
  labels = network.labels;
}

export const say = (name, fallback) => (name ? name[language] : fallback);
export const nameOf = (id) => say(names.get(id), id || "");
// What an institution wrote for an issue or a product; the network knows how most of it reads.
export const labelOf = (written) => say(labels[written], written || "");
export const eventName = (type, inLanguage = language) => words.events[type]?.[inLanguage] ?? type;
export const commandName = (type) => say(words.commands[type], type);
export const fieldName = (field) => say(words.fields[field], field);
// A field knows which codes it holds; another field with codes has their own name.
export const fieldValue = (field, value) => valueName(words.fields[field]?.values ?? field, value);
export const valueName = (kind, value) => say(words.values[kind]?.[value], value || "");
export const valuesOf = (kind) => Object.keys(words.values[kind] ?? {});
export const isRule = (field) => words.fields[field]?.spoken === "rule";
export const ruleText = (id) => (words.rules[id] ? `${words.rules[id][language]} (${id})` : id);
export const reasonText = (code) => say(words.reasons[code], code);

const whole = new Intl.NumberFormat("en");
const decimals = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const number = (value) => whole.format(value);
export const percent = (part) => (part === null ? "–" : `${(part * 100).toFixed(1)}%`);

// Amounts up to 2^53 fen (90 billion yuan) are exact as numbers; the server's totals come as text.
export function money(fen) {
  if (language === "zh" && fen >= 1_000_000) return `${decimals.format(fen / 1_000_000)} 万元`;
  return language === "zh" ? `${decimals.format(fen / 100)} 元` : decimals.format(fen / 100);
}

const clock = { timeZone: "Asia/Shanghai", hourCycle: "h23" };
const dayFormat = new Intl.DateTimeFormat("sv", { ...clock, dateStyle: "short" });
const timeFormat = new Intl.DateTimeFormat("sv", { ...clock, dateStyle: "short", timeStyle: "short" });

export const time = (text) => (text ? timeFormat.format(new Date(text)) : "");
export const day = (text) => (text ? dayFormat.format(new Date(text)) : "");
