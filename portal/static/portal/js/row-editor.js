// Rows of a list fact are added and removed in place; without this script the same buttons submit the form and the
// server does it. Names follow Django formsets: <prefix>-<n>-<field>, counted in <prefix>-TOTAL_FORMS.

function renumber(editor) {
  const prefix = editor.dataset.rows;
  const rows = [...editor.querySelectorAll("[data-row]")];
  rows.forEach((row, index) => {
    const wrong = new RegExp(`(^|[ _#-])${prefix}-(?:\\d+|__prefix__)(?=-|_|$| )`, "g");
    for (const element of row.querySelectorAll("*")) {
      for (const name of ["id", "name", "for", "value", "aria-describedby", "data-counter", "data-field"]) {
        const value = element.getAttribute(name);
        const own = name !== "value" || element.hasAttribute("data-row-remove");
        if (value && own) element.setAttribute(name, value.replace(wrong, `$1${prefix}-${index}`));
      }
    }
    row.querySelectorAll("[data-row-number]").forEach((number) => { number.textContent = index + 1; });
  });
  editor.querySelector(`[name="${prefix}-TOTAL_FORMS"]`).value = rows.length;
  const initial = editor.querySelector(`[name="${prefix}-INITIAL_FORMS"]`);
  initial.value = Math.min(Number(initial.value), rows.length);
  editor.querySelector("[data-rows-empty]").hidden = rows.length > 0;
  editor.querySelector("[data-row-add]").hidden = rows.length >= Number(editor.dataset.rowsMost);
}

function report(editor, what) {
  const status = editor.querySelector("[data-rows-status]");
  status.textContent = status.dataset[what];
  editor.dispatchEvent(new CustomEvent("portal:rows", { bubbles: true }));
}

function add(editor) {
  const list = editor.querySelector("[data-rows-list]");
  list.append(editor.querySelector("template[data-rows-template]").content.cloneNode(true));
  renumber(editor);
  report(editor, "added");
  list.lastElementChild.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

function remove(editor, row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  renumber(editor);
  report(editor, "removed");
  (next?.querySelector("[data-row-remove]") ?? editor.querySelector("[data-row-add]")).focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-row-add], [data-row-remove]");
  const editor = button?.closest("[data-rows]");
  if (!editor) return;
  event.preventDefault();
  if (button.hasAttribute("data-row-add")) add(editor);
  else remove(editor, button.closest("[data-row]"));
});
