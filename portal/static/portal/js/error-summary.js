// The summary of errors takes the focus when the page opens, and its links put the cursor into the field.

const summary = document.querySelector("[data-error-summary]");
summary?.focus();

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  (field.closest(".field, .rows") ?? field).scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});
