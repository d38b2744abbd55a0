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

// Marks that say what they show; marks of one threshold say the same in every chart, and light up together.
document.addEventListener("pointerover", (event) => {
  const mark = event.target.closest("[data-tip]");
  for (const one of document.querySelectorAll(".told")) one.classList.remove("told");
  if (mark) {
    tell([mark.dataset.tip], event);
    for (const one of document.querySelectorAll(`[data-tip="${CSS.escape(mark.dataset.tip)}"]`)) one.classList.add("told");
  } else if (!event.target.closest(".strip")) tip.hidden = true;
});

const listed = new Map(); // the slices' rows in their table, also those not shown, by anchor
for (const table of tables) for (const row of [...table.first, ...table.rows]) listed.set(row.id, row);
const shown = new Map(); // everything that shows a slice, by its anchor
const strips = []; // of the charts' rows, with their anchors

function light(anchor, on) {
  for (const one of shown.get(anchor)) one.classList.toggle("lit", on);
}

function show(anchor, one) {
  if (!shown.has(anchor)) shown.set(anchor, []);
  shown.get(anchor).push(one);
  one.addEventListener("pointerenter", () => light(anchor, true));
  one.addEventListener("pointerleave", () => light(anchor, false));
}

// The first texts of a chart are the names of its rows, one each; a strip lies over the whole row.
function strip(picture, name, anchor, lines) {
  const height = picture.getCTM().inverse().multiply(name.getCTM()).f;
  const width = picture.viewBox.baseVal.width;
  const made = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries({ class: "strip", x: 0, y: height - 12, width, height: 17 })) made.setAttribute(key, value);
  made.addEventListener("pointermove", (event) => tell(lines, event));
  made.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  made.addEventListener("click", () => {
    if (listed.has(anchor)) location.hash = anchor;
  });
  show(anchor, made);
  strips.push([anchor, made]);
  return made;
}

for (const figure of document.querySelectorAll("figure[data-rows]")) {
  const rows = JSON.parse(figure.dataset.rows);
  const picture = figure.querySelector("svg");
  const names = [...picture.querySelector("g.mark-text").querySelectorAll("text")];
  if (names.length !== rows.length) continue;
  picture.append(...rows.map(([anchor, ...lines], k) => strip(picture, names[k], anchor, lines)));
}
for (const row of document.querySelectorAll("tr[data-slice]")) show(row.dataset.slice, row);
for (const [anchor, row] of listed) if (shown.has(anchor)) show(anchor, row);

// The slice that the address points at is marked wherever it is shown.
function choose() {
  for (const one of document.querySelectorAll(".chosen")) one.classList.remove("chosen");
  for (const one of shown.get(location.hash.slice(1)) ?? []) one.classList.add("chosen");
}

addEventListener("hashchange", choose);
choose();

// The chart beside a table shows what is left of it.
function fade(section, found) {
  for (const [anchor, made] of strips) {
    if (section.contains(made)) made.classList.toggle("faded", found !== null && !found.has(anchor) && !("pinned" in (listed.get(anchor)?.dataset ?? {})));
  }
}

document.addEventListener("narrowed", (event) => {
  if (event.target.classList.contains("slices")) fade(event.target.closest("section"), event.detail);
});
