// Figures: the numbers of the stages, the picture of the flow, ends, causes and institutions.
import { byId, draw, make, put } from "/static/dom.js";
import { current, money, nameOf, number, percent, t, valueName, valuesOf } from "/static/words.js";

const HEIGHT = 322;
const SLOT = 40;
const GAP = 10;
const WIDTH = 12;
let figures = null;
let role = "";

export function lookAs(one) {
  role = one;
}

export function showFigures(next) {
  figures = next;
  render();
}

export function render() {
  if (!figures) return;
  const totals = figures.totals;
  for (const node of document.querySelectorAll("[data-figure]")) {
    put(node, text(totals[node.dataset.figure], node.dataset.as));
  }
  picture(totals);
  ends(totals.ends);
  causes(figures.by_cause);
  institutions(figures.by_institution);
}

function text(value, as) {
  if (value === null || value === undefined) return "–";
  if (as === "percent") return percent(value);
  if (as === "money") return (current() === "zh" ? "" : "CNY ") + money(value);
  if (as === "millions") return value < 100_000_000 ? "" : t("millions", { amount: (value / 100_000_000).toFixed(2) });
  if (as === "days") return `${value.toFixed(1)} ${t("days")}`;
  return typeof value === "number" ? number(value) : value;
}

// The picture -----------------------------------------------------------------------------------

export function picture(totals) {
  const svg = byId("picture");
  const width = svg.clientWidth;
  if (!width) return;
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  if (!totals.filed) {
    svg.replaceChildren(draw("text", { x: width / 2, y: HEIGHT / 2, class: "empty" }, t("flowEmpty")));
    return;
  }
  const [nodes, links] = layout(totals, width);
  const ribbons = links.map((link) => draw("path", { d: ribbon(link), class: `ribbon ${link.to.kind}` }));
  svg.replaceChildren(...ribbons, ...nodes.flatMap(drawn));
}

function layout(totals, width) {
  // A filing comes back, is amended, and may come back again: these stand where they came back last.
  const returned = Math.max(0, totals.returned - totals.amended);
  const unsettled = totals.ended - totals.settled;
  const waiting = Math.max(0, totals.filed - totals.referred - returned);
  const elsewhere = Math.max(0, totals.referred - totals.mediated);
  const node = (key, value, kind) => ({ key, value, kind });
  const columns = [
    [node("filed", totals.filed, "intake")],
    [
      node("mediated", totals.mediated, "mediation"),
      node("elsewhere", elsewhere, "court"),
      node("notReferred", waiting, "quiet"),
      node("notAmended", returned, "warn"),
    ],
    [node("settled", totals.settled, "good"), node("open", totals.open, "mediation"), node("notSettled", unsettled, "warn")],
    [node("confirmed", totals.confirmed, "good"), node("handedOver", totals.handed_over, "court")],
  ];
  const most = Math.max(...columns.map((column) => column.length));
  const scale = (HEIGHT - (most - 1) * (SLOT + GAP)) / totals.filed;
  const step = (width - 150) / (columns.length - 1);
  columns.forEach((column, index) => place(column, Math.round(index * step), scale));
  const [[filed], [mediated, ...others], [settled, open, notSettled], [confirmed, handedOver]] = columns;
  const pairs = [
    ...[mediated, ...others].map((to) => [filed, to]),
    ...[settled, open, notSettled].map((to) => [mediated, to]),
    [settled, confirmed],
    [notSettled, handedOver],
  ];
  return [columns.flat(), pairs.filter(([, to]) => to.value > 0).map(([from, to]) => link(from, to, scale))];
}

function place(column, x, scale) {
  let y = 4;
  for (const node of column) {
    node.x = x;
    node.y = y;
    node.height = node.value ? Math.max(3, node.value * scale) : 0;
    node.used = 0;
    y += Math.max(node.height, SLOT) + GAP;
  }
}

function link(from, to, scale) {
  const height = Math.max(2, Math.min(to.value, from.value) * scale);
  const start = from.y + Math.min(from.used, Math.max(0, from.height - height));
  from.used += height;
  return { from, to, start, height };
}

function ribbon({ from, to, start, height }) {
  const [left, right] = [from.x + WIDTH, to.x];
  const middle = (left + right) / 2;
  const [top, bottom] = [to.y, to.y + height];
  return (
    `M${left},${start} C${middle},${start} ${middle},${top} ${right},${top} L${right},${bottom} ` +
    `C${middle},${bottom} ${middle},${start + height} ${left},${start + height} Z`
  );
}

function drawn(node) {
  const x = node.x + WIDTH + 9;
  return [
    draw("rect", { x: node.x, y: node.y, width: WIDTH, height: node.height || 1.5, rx: 2, class: `node ${node.kind}` }),
    draw("text", { x, y: node.y + 15, class: "amount" }, number(node.value)),
    draw("text", { x, y: node.y + 33, class: "label" }, t(node.key)),
  ];
}

// Lists -----------------------------------------------------------------------------------------

function ends(counts) {
  const total = Object.values(counts).reduce((sum, value) => sum + value, 0);
  const rows = valuesOf("end").map((end) => bar(valueName("end", end), counts[end] ?? 0, total, end === "agreement"));
  byId("ends").replaceChildren(...rows);
}

function causes(groups) {
  const total = Object.values(groups).reduce((sum, one) => sum + one.filed, 0);
  const rows = valuesOf("cause").map((cause) => bar(valueName("cause", cause), groups[cause]?.filed ?? 0, total, false));
  byId("by-cause").replaceChildren(make("h4", {}, t("byCause")), make("ul", { class: "bars" }, ...rows));
}

function bar(name, value, total, good) {
  const share = total ? value / total : 0;
  return make(
    "li",
    { class: good ? "good" : null },
    make("span", { class: "bar-name" }, name),
    make("span", { class: "bar-value" }, number(value), make("span", { class: "aside" }, total ? percent(share) : "–")),
    make("progress", { max: 1, value: share, "aria-hidden": "true" }),
  );
}

function institutions(groups) {
  const rows = Object.entries(groups)
    .sort(([, one], [, other]) => other.filed - one.filed)
    .map(([id, one]) => institution(id, one));
  const empty = make("tr", {}, make("td", { colspan: 6, class: "state" }, t(none())));
  byId("institution-rows").replaceChildren(...(rows.length ? rows : [empty]));
}

// An institution's totals are its own; those of others are everybody's, and no institution's figures are theirs.
function none() {
  if (role === "institution_agent") return "noneOfYours";
  return figures.totals.filed ? "noneForYou" : "noInstitutions";
}

function institution(id, one) {
  const cell = (key, value) => make("td", { class: "number", "data-label": t(key) }, value);
  const amount = current() === "zh" ? `${one.settled_wan} 万元` : one.settled_cny;
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, nameOf(id)),
    cell("filed", number(one.filed)),
    cell("openMediations", number(one.open)),
    cell("settledCases", number(one.settled)),
    cell("settledAmount", amount),
    cell("alerts", number(one.alerts)),
  );
}
