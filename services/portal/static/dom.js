// Elements made from data: text is always text, never markup.
const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// Puts a text where it changed, and says by a class that it did.
export function put(node, text) {
  if (node.textContent === text) return;
  const first = node.textContent === "–";
  node.textContent = text;
  if (first) return;
  node.classList.remove("changed");
  requestAnimationFrame(() => node.classList.add("changed"));
}
