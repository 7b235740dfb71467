// What was written when the session ended waits in this tab, and comes back in its form.
const NAME = "unsent"
const WAITS = 60 * 60 * 1000

function keep(form) {
  const fields = [...new FormData(form)]
  const kept = { page: form.dataset.unsent, fields, at: Date.now() }
  sessionStorage.setItem(NAME, JSON.stringify(kept))
  form.querySelector(".field__help").textContent =
    "Gardé dans cet onglet pendant une heure : il vous attendra dans le formulaire."
}

function formOf(fields) {
  const isIts = (form) => form.method === "post" && fields.every(([name]) => name in form.elements)
  return [...document.forms].find(isIts)
}

function putBack() {
  const { page, fields, at } = JSON.parse(sessionStorage.getItem(NAME)) ?? {}
  if (!page || new URL(page, location).pathname !== location.pathname) return
  const form = formOf(fields)
  if (!form) return
  sessionStorage.removeItem(NAME)
  if (Date.now() - at > WAITS) return
  for (const [name, value] of fields) {
    const choices = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    for (const field of choices) {
      if (["radio", "checkbox"].includes(field.type)) field.checked ||= field.value === value
      else field.value = value
    }
  }
  const told = document.createElement("p")
  told.className = "notice unsent"
  told.setAttribute("role", "status")
  form.prepend(told)
  told.textContent = "Voici ce que vous aviez écrit. Ce n’est pas encore envoyé."
  form.scrollIntoView()
}

const left = document.querySelector("[data-unsent]")
if (left) keep(left)
else putBack()
