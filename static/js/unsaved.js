// Asks before a page with unsaved writing is left. A preview opens elsewhere and leaves the page as it is.
const form = document.querySelector("#article_form, #meeting_form, [data-unsaved]")
let unsaved = false

form?.addEventListener("input", () => {
  unsaved = true
})
form?.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget !== "_blank") unsaved = false
})
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault()
})
