// <form data-guard>: the browser asks before typed text is lost. Sending the form, or a saved draft
// (a "portal:saved" event on the form), lifts the guard.

for (const form of document.querySelectorAll("form[data-guard]")) {
  let dirty = false;
  const mark = () => { dirty = true; };
  form.addEventListener("input", mark);
  form.addEventListener("portal:rows", mark);
  form.addEventListener("portal:saved", () => { dirty = false; });
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}
