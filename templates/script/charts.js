// What a chart's marks show is told beside the pointer; rows of slices light up with those of the table.

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

// Marks that say what they show.
document.addEventListener("pointerover", (event) => {
  const mark = event.target.closest("[data-tip]");
  if (mark) tell([mark.dataset.tip], event);
  else if (!event.target.closest(".strip")) tip.hidden = true;
});

const strips = new Map(); // of the charts' rows, by the anchor of the slice
const listed = new Map(); // the table's rows, also those not shown
for (const table of tables) for (const row of [...table.first, ...table.rows]) listed.set(row.id, row);

// The first texts of a chart are the names of its rows, one each; a strip lies over the whole row.
function strip(picture, name, anchor, lines) {
  const height = picture.getCTM().inverse().multiply(name.getCTM()).f;
  const width = picture.viewBox.baseVal.width;
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
  const picture = figure.querySelector("svg");
  const names = [...picture.querySelector("g.mark-text").querySelectorAll("text")];
  if (names.length !== rows.length) continue;
  picture.append(...rows.map(([anchor, ...lines], k) => strip(picture, names[k], anchor, lines)));
}

function fade(found) {
  for (const [anchor, made] of strips) made.classList.toggle("faded", found !== null && !found.has(anchor) && !("pinned" in (listed.get(anchor)?.dataset ?? {})));
}

document.addEventListener("narrowed", (event) => {
  if (event.target.classList.contains("slices")) fade(event.detail);
});
