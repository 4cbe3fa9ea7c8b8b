// Before the first paint: the theme that the reader chose, if there is one. Runs as a file of its own because the
// page's policy allows no inline script.
/* global document, localStorage */
try {
  const kept = localStorage.getItem('spillway-theme');
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept;
} catch {
  // Storage is forbidden here: the system's theme it is.
}
