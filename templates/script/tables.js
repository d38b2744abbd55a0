// Tables of class "searchable": sorted by their headings, searched, and filtered by what their rows are marked with.

const FIRST = 100; // rows shown until more are asked for
const STEP = 300; // rows laid out at a time beyond the first
const FEW = 10; // rows that need no search
const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const words = new Intl.Collator(language, { numeric: true });
const tables = [];

function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const point = (1.5).toLocaleString(language)[1]; // between whole and part

// A number as the report writes it: "12,340", "−3.2", "< 0.01", "3.74×10⁻⁷"; null where there is none.
function numberOf(text) {
  const plain = point === "," ? text.replaceAll(".", "").replaceAll(",", ".") : text.replaceAll(",", "");
  const found = plain.replaceAll("−", "-").match(/(<\s*)?([-+]?(?:∞|[\d.]+))(?:×10(⁻?)([⁰¹²³⁴-⁹]+))?/);
  if (!found) return null;
  const [, below, digits, minus, raised] = found;
  const value = digits.includes("∞") ? (digits.startsWith("-") ? -Infinity : Infinity) : parseFloat(digits);
  const power = raised ? [...raised].reduce((sum, digit) => 10 * sum + POWERS.indexOf(digit), 0) : 0;
  return (below ? value / 2 : value) * 10 ** (minus ? -power : power);
}

class SearchableTable {
  constructor(table) {
    this.table = table;
    this.body = table.tBodies[0];
    const rows = [...this.body.rows];
    this.first = rows.filter((row) => "pinned" in row.dataset);
    this.last = rows.filter((row) => row.querySelector("td.hidden"));
    this.rows = rows.filter((row) => !this.first.includes(row) && !this.last.includes(row));
    this.place = new Map(this.rows.map((row, k) => [row, k]));
    this.texts = this.rows.map((row) =>
      [...row.cells].filter((cell) => !cell.classList.contains("num")).map((cell) => cell.textContent).join(" ").toLowerCase());
    this.keys = new Map();
    this.order = this.rows;
    this.most = FIRST;
    this.chosen = {};
    this.sorted = "";
    this.#controls();
    this.#headings();
    this.draw();
    table.classList.add("ready");
  }

  #controls() {
    const bar = element("div", "", { class: "controls" });
    const noun = this.table.dataset.noun;
    if (this.rows.length > FEW) {
      const label = element("label", `${said("Search {noun}", { noun })} `);
      this.search = element("input", "", { type: "search", autocomplete: "off", spellcheck: "false" });
      this.search.addEventListener("input", () => this.#narrowed());
      label.append(this.search);
      bar.append(label);
      for (const wanted of (this.table.dataset.filters ?? "").split(",").filter(Boolean)) this.#filter(bar, wanted);
    }
    this.more = element("button", "", { type: "button", class: "more" });
    this.more.addEventListener("click", () => {
      this.most = Infinity;
      this.draw();
    });
    this.status = element("p", "", { role: "status" });
    bar.append(this.status, this.more);
    this.table.closest(".scroll").before(bar);
  }

  // A choice among the values that at least one row is marked with; "family" of the rows' data-family.
  #filter(bar, mark) {
    const counts = new Map();
    for (const row of this.rows) if (row.dataset[mark]) counts.set(row.dataset[mark], (counts.get(row.dataset[mark]) ?? 0) + 1);
    const common = [...counts].filter(([, count]) => mark !== "family" || count > 1);
    if (!common.length || common[0][1] === this.rows.length) return;
    const label = element("label", `${said(`${mark[0].toUpperCase()}${mark.slice(1)}`)} `);
    const select = element("select");
    select.append(new Option(said("any"), ""), ...common.map(([value, count]) => new Option(`${value} (${count.toLocaleString(language)})`, value)));
    select.addEventListener("change", () => {
      this.chosen[mark] = select.value;
      this.#narrowed();
    });
    label.append(select);
    bar.append(label);
  }

  #headings() {
    [...this.table.tHead.rows[0].cells].forEach((cell, column) => {
      const button = element("button", "", { type: "button" });
      button.append(...cell.childNodes);
      button.addEventListener("click", () => this.#sort(cell, column));
      cell.append(button);
    });
  }

  #narrowed() {
    this.most = FIRST;
    this.draw();
  }

  // Up, down, and then the order that the report gave; rows without a value are last either way.
  #sort(heading, column) {
    const next = { ascending: "descending", descending: "" }[heading.getAttribute("aria-sort")] ?? "ascending";
    for (const cell of heading.parentNode.cells) cell.removeAttribute("aria-sort");
    this.sorted = next && `, ${heading.textContent.trim()} ${said(next)}`;
    this.table.classList.toggle("resorted", next !== "");
    this.order = this.rows;
    if (next) {
      heading.setAttribute("aria-sort", next);
      const key = this.#key(column, heading.classList.contains("num"));
      const sign = next === "ascending" ? 1 : -1;
      const compare = heading.classList.contains("num") ? (a, b) => a - b : words.compare;
      this.order = this.rows.toSorted((a, b) => {
        const [x, y] = [key.get(a), key.get(b)];
        if (x === null || y === null) return (x === null) - (y === null);
        return sign * compare(x, y);
      });
    }
    this.draw();
  }

  #key(column, numeric) {
    if (!this.keys.has(column)) {
      const number = (cell) => numberOf(cell.firstChild?.textContent.trim() ?? "");
      const word = (cell) => (cell.querySelector("bdi") ?? cell).textContent.trim() || null;
      const key = (row) => (numeric ? number : word)(row.cells[column]);
      this.keys.set(column, new Map(this.rows.map((row) => [row, key(row)])));
    }
    return this.keys.get(column);
  }

  #matches() {
    const wanted = (this.search?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const marks = Object.entries(this.chosen).filter(([, value]) => value);
    return this.order.filter((row) => {
      const text = this.texts[this.place.get(row)];
      return wanted.every((word) => text.includes(word)) && marks.every(([mark, value]) => row.dataset[mark] === value);
    });
  }

  // So many rows are shown at once and the others step by step, so that no table makes its reader wait.
  draw(atOnce = FIRST) {
    const found = this.#matches();
    const shown = found.slice(0, this.most);
    this.body.replaceChildren(...this.first, ...shown.slice(0, atOnce), ...this.last);
    clearTimeout(this.later);
    this.#rest(shown, atOnce);
    const count = (number) => number.toLocaleString(language);
    const of = found.length < this.rows.length ? said("{count} of {all}", { count: count(found.length), all: count(this.rows.length) }) : count(found.length);
    const part = shown.length < found.length ? said(", the first {count} shown", { count: count(shown.length) }) : "";
    this.status.textContent = `${of} ${this.table.dataset.noun}${this.sorted}${part}`;
    this.more.hidden = shown.length === found.length;
    this.more.textContent = said("Show all {count}", { count: count(found.length) });
    const narrowed = found.length < this.rows.length ? new Set(found.map((row) => row.id)) : null;
    this.table.dispatchEvent(new CustomEvent("narrowed", { bubbles: true, detail: narrowed }));
  }

  #rest(rows, from) {
    if (from >= rows.length) return;
    this.later = setTimeout(() => {
      this.body.append(...rows.slice(from, from + STEP), ...this.last);
      this.#rest(rows, from + STEP);
    });
  }

  // Shows the row of an id, whatever was searched; null where it is not of this table.
  reveal(id) {
    const row = [...this.first, ...this.rows].find((one) => one.id === id);
    if (!row || row.isConnected) return row ?? null;
    if (this.search) this.search.value = "";
    this.chosen = {};
    for (const select of this.table.closest(".scroll").previousElementSibling.querySelectorAll("select")) select.value = "";
    this.most = Math.max(FIRST, this.order.indexOf(row) + 1 + FEW);
    this.draw(this.most);
    return row;
  }
}

for (const table of document.querySelectorAll("table.searchable")) tables.push(new SearchableTable(table));

// What a link points at is shown and marked, also in a table that hides it.
function aim() {
  document.querySelector(".aimed")?.classList.remove("aimed");
  const id = location.hash.slice(1);
  if (!id) return;
  let row = null;
  for (const table of tables) row ??= table.reveal(id);
  row ??= document.getElementById(id);
  if (row?.tagName !== "TR") return;
  row.classList.add("aimed");
  row.scrollIntoView({ block: "center" });
}

addEventListener("hashchange", aim);
aim();
