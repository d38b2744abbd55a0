// Before the first paint: that script runs, and the theme chosen last where storage is allowed.
document.documentElement.classList.add("scripted");
try {
  const chosen = localStorage.getItem("specgen-theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // No storage: the system's theme.
}
