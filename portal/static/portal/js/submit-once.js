// A form goes once: a second press while the first is on its way does nothing. Buttons are never `disabled` (that would
// drop their name from what is sent and lose the focus), and after a while, or when the page comes back from the
// history, they work again. Opt out with <form data-submit-many> (downloads).

const WAIT = 15000;

function settle(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[aria-disabled][data-idle]")) {
    button.removeAttribute("aria-disabled");
    button.querySelector("span").textContent = button.dataset.idle;
    delete button.dataset.idle;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "submitMany" in form.dataset || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  const text = button?.querySelector("span");
  if (button?.dataset.busy && text) {
    button.dataset.idle = text.textContent;
    text.textContent = button.dataset.busy;
    button.setAttribute("aria-disabled", "true");
  }
  setTimeout(() => settle(form), WAIT);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(settle);
});
