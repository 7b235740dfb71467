// Copies a text of the page: <button data-copy="the id of the text" hidden>, and an element
// [data-copied] where the result is said. Without this script the button stays hidden.

async function copy(button) {
  const told = document.querySelector("[data-copied]")
  try {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
    told.textContent = "L’adresse est copiée."
  } catch {
    told.textContent = "La copie n’a pas fonctionné : sélectionnez l’adresse pour la copier."
  }
}

for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false
  button.addEventListener("click", () => copy(button))
}
