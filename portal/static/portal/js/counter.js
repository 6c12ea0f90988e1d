// <p data-counter="<id of a text area>" data-limit="500">: says how many characters are left. The browser's own limit
// is taken away, since it cuts pasted text without a word; the server refuses what is too long.

const READ_OUT_AFTER = 1000;

function length(text) {
  return [...text.replace(/\r?\n/g, "\r\n")].length; // as the server counts: code points, a line break is two
}

function show(counter, field) {
  const left = Number(counter.dataset.limit) - length(field.value);
  const words = left < 0 ? counter.dataset.over : counter.dataset.left;
  counter.textContent = words.replace("{n}", Math.abs(left).toLocaleString());
  counter.classList.toggle("counter--over", left < 0);
}

function start(counter) {
  const field = document.getElementById(counter.dataset.counter);
  if (!field || counter.dataset.started) return;
  counter.dataset.started = "yes";
  field.removeAttribute("maxlength");
  let timer;
  field.addEventListener("input", () => {
    show(counter, field);
    counter.removeAttribute("role");
    clearTimeout(timer);
    timer = setTimeout(() => counter.setAttribute("role", "status"), READ_OUT_AFTER);
  });
  show(counter, field);
}

document.querySelectorAll("[data-counter]").forEach(start);
document.addEventListener("portal:rows", (event) => event.target.querySelectorAll("[data-counter]").forEach(start));
