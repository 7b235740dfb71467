// Ticks every box of a group at once, or unticks them when all are ticked.
for (const group of document.querySelectorAll("[data-tick-group]")) {
  const row = group.querySelector("[data-tick-all]")
  const button = row.querySelector("button")
  const boxes = [...group.querySelectorAll("input[type=checkbox]")]
  const allTicked = () => boxes.every((box) => box.checked)

  const refresh = () => {
    button.textContent = allTicked() ? "Tout décocher" : "Tout cocher"
  }
  button.addEventListener("click", () => {
    const tick = !allTicked()
    for (const box of boxes) box.checked = tick
    refresh()
  })
  group.addEventListener("change", refresh)
  row.hidden = false
  refresh()
}
