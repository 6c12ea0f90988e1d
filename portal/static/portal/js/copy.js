// [data-copy="text"]: shown only here, where it works; says when it has copied. [data-fill-…="value"]: puts a value
// into the field of that name (the demonstration's accounts on the sign-in page).

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const done = button.parentElement.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      done.textContent = button.dataset.copied;
    } catch {
      done.textContent = button.dataset.failed;
    }
    setTimeout(() => { done.textContent = ""; }, 4000);
  });
}

for (const button of document.querySelectorAll("[data-fill-login]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const login = document.querySelector("input[name=login]");
    login.value = button.dataset.fillLogin;
    document.querySelector("input[name=password]").value = button.dataset.fillPassword;
    login.form.querySelector("button[type=submit]").focus();
  });
}
