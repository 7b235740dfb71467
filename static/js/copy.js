// Copies a text of the page: <button data-copy="the id of the text" hidden>, and an element
// [data-copied] where the result is said. Without this script the button stays hidden.

async function copy(button) {
  const told = document.querySelector("[data-copied]")
  const text = document.getElementById(button.dataset.copy).textContent.trim()
  try {
    await navigator.clipboard.writeText(text)
    told.textContent = "Le texte est copié."
  } catch {
    told.textContent = "La copie n’a pas fonctionné : sélectionnez le texte pour le copier."
  }
}

for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false
  button.addEventListener("click", () => copy(button))
}
