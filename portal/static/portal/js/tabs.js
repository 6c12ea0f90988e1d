// <div data-tabs>: a list of links to sections becomes tabs. Arrow keys move, Home and End jump, the address keeps the
// open tab so that it can be linked and survives going back.

function select(tabs, chosen, { focus = false } = {}) {
  for (const tab of tabs) {
    const open = tab === chosen;
    tab.setAttribute("aria-selected", String(open));
    tab.tabIndex = open ? 0 : -1;
    document.getElementById(tab.hash.slice(1)).hidden = !open;
  }
  if (focus) chosen.focus();
}

for (const root of document.querySelectorAll("[data-tabs]")) {
  const list = root.querySelector(".tabs__list");
  const tabs = [...list.querySelectorAll("a")];
  if (!tabs.length) continue;
  list.setAttribute("role", "tablist");
  list.querySelectorAll("li").forEach((item) => item.setAttribute("role", "presentation"));
  for (const tab of tabs) {
    const id = tab.hash.slice(1);
    const panel = document.getElementById(id);
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", id);
    panel.setAttribute("role", "tabpanel");
    panel.tabIndex = 0;
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      select(tabs, tab);
      history.replaceState(null, "", tab.hash);
    });
  }
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const tab = tabs.at(to % tabs.length);
    select(tabs, tab, { focus: true });
    history.replaceState(null, "", tab.hash);
  });

  const inside = document.getElementById(location.hash.slice(1))?.closest("section.tabs__panel") ?? null;
  const panel = root.contains(inside) ? inside : null;
  select(tabs, tabs.find((tab) => tab.hash === `#${panel?.id}`) ?? tabs[0]);
}
