// Charts of slices: what a row shows is told beside the pointer, and it lights up with its row in the table.

const SVG = "http://www.w3.org/2000/svg";
const tip = element("div", "", { class: "tip", hidden: "" });
document.body.append(tip);

function tell(lines, event) {
  tip.replaceChildren(...lines.map((line) => element("p", line)));
  tip.hidden = false;
  const [x, y] = [event.clientX + 14, event.clientY + 14];
  tip.style.left = `${Math.max(4, Math.min(x, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${y + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : y}px`;
}

const strips = new Map(); // of the charts' rows, by the anchor of the slice
const listed = new Map(); // the table's rows, also those not shown
for (const table of tables) for (const row of [...table.first, ...table.rows]) listed.set(row.id, row);

// The first texts of a chart are the names of its rows, one each.
function strip(name, anchor, lines, width) {
  const [, height] = name.getAttribute("transform").match(/,\s*([\d.]+)/);
  const made = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries({ class: "strip", x: 0, y: height - 12, width, height: 17 })) made.setAttribute(key, value);
  const row = listed.get(anchor);
  const light = (on) => [made, row].forEach((one) => one?.classList.toggle("lit", on));
  made.addEventListener("pointermove", (event) => tell(lines, event));
  made.addEventListener("pointerenter", () => light(true));
  made.addEventListener("pointerleave", () => {
    light(false);
    tip.hidden = true;
  });
  made.addEventListener("click", () => {
    if (row) location.hash = anchor;
  });
  row?.addEventListener("pointerenter", () => light(true));
  row?.addEventListener("pointerleave", () => light(false));
  strips.set(anchor, made);
  return made;
}

for (const figure of document.querySelectorAll("figure[data-rows]")) {
  const rows = JSON.parse(figure.dataset.rows);
  const group = figure.querySelector("g.mark-text");
  const names = [...group.querySelectorAll("text")];
  if (names.length !== rows.length) continue;
  const width = figure.querySelector("svg").viewBox.baseVal.width;
  group.append(...rows.map(([anchor, ...lines], k) => strip(names[k], anchor, lines, width)));
}

function fade(found) {
  for (const [anchor, made] of strips) made.classList.toggle("faded", found !== null && !found.has(anchor) && !("pinned" in (listed.get(anchor)?.dataset ?? {})));
}

document.addEventListener("narrowed", (event) => {
  if (event.target.classList.contains("slices")) fade(event.detail);
});
