// The switch of themes, signs to link to, and wide tables that the keyboard can scroll.

const WORDS = JSON.parse(document.getElementById("words")?.textContent ?? "{}"); // English is written out below
const language = document.documentElement.lang;

function said(text, values = {}) {
  return (WORDS[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function themeSwitch() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "theme";
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const tell = () => {
    button.textContent = said(isDark() ? "Light theme" : "Dark theme");
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("specgen-theme", root.dataset.theme);
    } catch {
      // No storage: the choice lasts as long as the page.
    }
    tell();
  });
  system.addEventListener("change", tell);
  tell();
  document.querySelector(".front header").prepend(button);
}

function permalinks() {
  for (const target of document.querySelectorAll("section[id]:not(.front), .part[id], tr[id]")) {
    const heading = target.querySelector("h2, h3, th[scope=row]");
    if (!heading) continue;
    const name = (heading.querySelector("bdi") ?? heading.firstChild).textContent.trim();
    const link = document.createElement("a");
    link.className = "permalink";
    link.href = `#${target.id}`;
    link.textContent = "#";
    link.setAttribute("aria-label", said("Link to {name}", { name }));
    heading.append("\u00a0", link);
  }
}

// An element is named by the heading before it, if it can be scrolled.
function scrollers() {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const wide = target.scrollWidth > target.clientWidth;
      const heading = target.closest(".part, section")?.querySelector("h3 bdi, h3, h2");
      for (const [name, value] of [
        ["tabindex", "0"], ["role", "group"], ["aria-label", said("Wide content of {name}", { name: heading?.textContent.trim() })],
      ]) {
        if (wide) target.setAttribute(name, value);
        else target.removeAttribute(name);
      }
    }
  });
  for (const box of document.querySelectorAll(".scroll, figure.chart")) watch.observe(box);
}

themeSwitch();
permalinks();
scrollers();
