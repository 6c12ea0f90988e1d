// The queue by keyboard: j and k go to the next and previous row, Enter (the link's own) opens it. Single keys can be
// switched off, for people whose speech software types them (WCAG 2.1.4); the choice stays in this browser.

const KEY = "portal-queue-keys";
const hint = document.querySelector("[data-queue-keys]");
const toggle = document.querySelector("[data-queue-toggle]");
const links = [...document.querySelectorAll("[data-queue-row] th a")];
let on = true;

function remember(value) {
  on = value;
  toggle.setAttribute("aria-pressed", String(on));
  try { localStorage.setItem(KEY, on ? "on" : "off"); } catch { /* private windows keep nothing */ }
}

if (hint && toggle && links.length) {
  hint.hidden = false;
  try { remember(localStorage.getItem(KEY) !== "off"); } catch { remember(true); }
  toggle.addEventListener("click", () => remember(!on));
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const to = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
    links[to].focus();
    links[to].scrollIntoView({ block: "nearest" });
  });
}
