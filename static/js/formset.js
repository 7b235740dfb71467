// Adds an empty form to a list of forms, from the template that stands beside it.
function add({ currentTarget }) {
  const formset = currentTarget.closest("[data-formset]")
  const total = formset.querySelector("input[name$='-TOTAL_FORMS']")
  const html = formset.querySelector("[data-formset-empty]").innerHTML
  const list = formset.querySelector("[data-formset-list]")
  list.insertAdjacentHTML("beforeend", html.replaceAll("__prefix__", total.value))
  total.value = Number(total.value) + 1
  const added = list.lastElementChild
  // The name of Django's own event: its lists that search wake up on it.
  added.dispatchEvent(new CustomEvent("formset:added", { bubbles: true }))
  added.querySelector("input[type=text], select, textarea")?.focus()
}

for (const button of document.querySelectorAll("[data-formset-add]")) {
  button.hidden = false
  button.addEventListener("click", add)
}
