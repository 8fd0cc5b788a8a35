/* The preview of a problem: the answer is shown at once. Without script the button asks its page. */

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-preview]");
  if (!form) return;
  event.preventDefault();
  for (const line of form.querySelectorAll("[data-line]")) {
    line.querySelector("[data-result]").hidden = !line.querySelector("input").checked;
  }
});
