// Reacting without leaving the page: the form is sent in the background and the thread refreshed.
// Without this script the same form and links work by ordinary page loads.

const SELECTOR = "[data-reactions]"

function say(section, text) {
  section.querySelector("[data-reaction-status]").textContent = text
}

function reactionIds(section) {
  return new Set([...section.querySelectorAll(".reaction")].map((reaction) => reaction.id))
}

function refresh(section, page) {
  const fresh = page.querySelector(SELECTOR)
  if (!fresh) return null
  const before = reactionIds(section)
  section.replaceWith(fresh)
  bind(fresh)
  const added = [...reactionIds(fresh)].find((id) => !before.has(id))
  return { fresh, added: added && document.getElementById(added) }
}

async function send(event) {
  event.preventDefault()
  const form = event.currentTarget
  const section = form.closest(SELECTOR)
  const button = form.querySelector("[type=submit]")
  if (button.disabled) return
  button.disabled = true
  say(section, "Envoi…")
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form) })
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    const notice = page.querySelector(".messages .notice")?.textContent.trim()
    const result = response.status === 403 ? null : refresh(section, page)
    if (!result) {
      // Refused, and nothing was stored: sent as without this script, its own page says why.
      form.submit()
    } else if (response.ok) {
      say(result.fresh, notice ?? "Votre réaction est enregistrée.")
      if (result.added) {
        result.added.tabIndex = -1
        result.added.focus()
      }
    } else {
      result.fresh.querySelector("[data-reaction-form] textarea")?.focus()
    }
  } catch {
    say(section, "Pas de réseau : votre texte est resté ici, réessayez dans un instant.")
  } finally {
    button.disabled = false
  }
}

// One word, one tap: only its own row is refreshed, so that nothing being typed is lost.
async function sayWord(event) {
  event.preventDefault()
  const { submitter } = event
  const { value } = submitter
  const section = submitter.closest(SELECTOR)
  const row = submitter.closest("[data-said]")
  if (row.ariaBusy === "true") return
  row.ariaBusy = "true"
  try {
    const sent = new FormData(event.currentTarget, submitter)
    const response = await fetch(submitter.formAction, { method: "POST", body: sent })
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    const fresh = response.ok && page.getElementById(row.id)
    if (!fresh) throw new Error("refused")
    row.replaceWith(fresh)
    const button = fresh.querySelector(`[value="${value}"]`)
    button?.focus()
    const said = button?.ariaPressed === "true"
    say(section, `${button?.querySelector("span").textContent} : ${said ? "noté" : "retiré"}.`)
  } catch {
    row.ariaBusy = "false"
    say(section, "Votre avis n’a pas été noté. Rechargez la page, puis réessayez.")
  }
}

function answer(event) {
  const section = event.currentTarget.closest(SELECTOR)
  const form = section.querySelector("[data-reaction-form]")
  const parent = new URL(event.currentTarget.href).searchParams.get("repondre")
  if (!form || !parent) return
  event.preventDefault()
  const reaction = event.currentTarget.closest(".reaction")
  const author = reaction.querySelector(".reaction__author").textContent.trim()
  form.elements.parent.value = parent
  form.querySelector("h3").textContent = `Répondre à ${author}`
  form.querySelector("[data-reaction-cancel]").hidden = false
  form.elements.body.focus()
}

// Whom one ticks is written where one types; without this script the site writes the name first.
function mention(event) {
  const name = event.target.dataset.mention
  const { body } = event.target.form.elements
  if (!name || !event.target.checked || body.value.includes(`@${name}`)) return
  const before = body.value.slice(0, body.selectionStart)
  const space = before && !/\s$/.test(before) ? " " : ""
  body.setRangeText(`${space}@${name} `, body.selectionStart, body.selectionEnd, "end")
}

function cancelAnswer(event) {
  event.preventDefault()
  const form = event.currentTarget.closest("form")
  form.elements.parent.value = ""
  form.querySelector("h3").textContent = "Réagir"
  event.currentTarget.hidden = true
  form.elements.body.focus()
}

function bind(section) {
  section.querySelector("[data-reaction-form]")?.addEventListener("submit", send)
  section.querySelector("[data-mentions]")?.addEventListener("change", mention)
  section.querySelector("[data-reaction-cancel]")?.addEventListener("click", cancelAnswer)
  section.querySelector("[data-saying]")?.addEventListener("submit", sayWord)
  for (const link of section.querySelectorAll('a[href*="repondre="]')) {
    link.addEventListener("click", answer)
  }
}

for (const section of document.querySelectorAll(SELECTOR)) bind(section)
