// Where the browser knows passkeys, an account may be opened without a password. Who has none could
// not be told from somebody else at a second click: the form is sent once.

const form = document.querySelector("form[data-sent-once]")

if (window.PublicKeyCredential) {
  for (const offer of form.querySelectorAll("[data-passkey-offer]")) offer.hidden = false
}

form.addEventListener("submit", (event) => {
  if (form.dataset.sentOnce) event.preventDefault()
  form.dataset.sentOnce = "sent"
})

window.addEventListener("pageshow", () => {
  form.dataset.sentOnce = ""
})
