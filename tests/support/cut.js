// What of the page is cut: an array of lines, empty when all can be read. Run in the browser, over `scope`.
(scope) => {
  const found = [];
  const shown = (node) => node.getClientRects().length && !node.closest(".hidden, .skip");
  const name = (node) => [node.localName, node.id && `#${node.id}`, ...node.classList].filter(Boolean).join(" ");
  const told = (node) => `${name(node)} "${node.textContent.trim().slice(0, 40)}"`;
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} wide in a window of ${innerWidth}`);
  // Outside of their box by intention: the arrows from stage to stage, and heads of cards, which a screen reader reads.
  const meant = (node) => node.matches(".stage") || node.closest("thead")?.clientWidth === 1;
  for (const node of document.querySelectorAll(`${scope} *:not(svg *)`)) {
    if (!shown(node) || meant(node)) continue;
    const style = getComputedStyle(node);
    if (style.display !== "inline" && node.clientWidth && node.scrollWidth > node.clientWidth + 1) {
      found.push(`${told(node)} needs ${node.scrollWidth} of ${node.clientWidth}`);
    }
    if (style.overflowY === "hidden" && node.scrollHeight > node.clientHeight + 1) {
      found.push(`${told(node)} is ${node.scrollHeight} high in ${node.clientHeight}`);
    }
    const speaks = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim());
    const box = node.getBoundingClientRect();
    if (speaks && (box.left < -0.5 || box.right > innerWidth + 0.5)) {
      found.push(`${told(node)} stands from ${box.left} to ${box.right} in ${innerWidth}`);
    }
  }
  const labels = [...document.querySelectorAll(`${scope} #picture text`)].filter(shown);
  for (const [index, label] of labels.entries()) {
    const box = label.getBoundingClientRect();
    const picture = label.ownerSVGElement.getBoundingClientRect();
    if (box.right > picture.right + 1 || box.bottom > picture.bottom + 1) found.push(`${told(label)} leaves the picture`);
    for (const other of labels.slice(index + 1)) {
      const its = other.getBoundingClientRect();
      // Lines of one label touch: a letter's box is higher than the letter.
      const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
      const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
      if (across > 1 && down > 4) found.push(`${told(label)} lies on ${told(other)}`);
    }
  }
  return found;
}
