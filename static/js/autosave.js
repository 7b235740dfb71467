// Keeps what is being typed some seconds after each pause, so that a closed laptop loses no more.
const PAUSE = 3000

const place = document.querySelector("[data-autosave]")
const form = place?.closest("form")
const status = place?.querySelector("[data-autosave-status]")
let timer
let leaving = false

function typed() {
  const data = new FormData(form)
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name)
  return data
}

async function keep() {
  if (leaving) return
  try {
    const response = await fetch(place.dataset.autosave, { method: "POST", body: typed() })
    if (!response.ok) throw new Error(response.status)
    const { saved_at: savedAt } = await response.json()
    status.textContent = `Saisie gardée à ${savedAt}. Elle n’est pas encore enregistrée comme version.`
  } catch {
    status.textContent = "La saisie n’a pas pu être gardée : enregistrez dès que possible."
  }
}

function later() {
  clearTimeout(timer)
  timer = setTimeout(keep, PAUSE)
}

if (form) {
  form.addEventListener("input", later)
  form.addEventListener("submit", (event) => {
    // A preview opens elsewhere: the writing goes on here.
    if (event.submitter?.formTarget !== "_blank") {
      leaving = true
      clearTimeout(timer)
    }
  })
}
