// Import: a file that is too large is told before it is sent, and while it is checked the page says so.

const form = document.querySelector("[data-import]");
const file = form.querySelector("input[type=file]");
const said = form.querySelector("[data-said]");
const tooLarge = () => file.files.length > 0 && file.files[0].size > Number(file.dataset.most);

// unfold's script would look for the label of its own widget, which hides this one from the keyboard
file.hasChangeListener = true;
file.addEventListener("change", () => { said.textContent = tooLarge() ? form.dataset.tooLarge : ""; });
form.addEventListener("submit", (event) => {
  if (tooLarge()) {
    event.preventDefault();
    said.textContent = form.dataset.tooLarge;
    file.focus();
  } else if (file.files.length > 0) {
    form.querySelector("button").setAttribute("aria-disabled", "true");
    said.classList.remove("c-error");
    said.textContent = form.dataset.wait;
  }
});
