// Puts the points of an agenda in order: by drag, by buttons, by Alt + Shift + an arrow, or by
// their number. What is moved is the rows of the form; the order is sent in their own fields.
// A row marked as sub-item belongs to the nearest row above it that is not.

const MOVES = { up, down, in: indent, out: outdent }
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" }
const DRAG_AFTER = 5
const INDENT_AFTER = 40
const EDGE = 90

const rowsOf = (list) => [...list.querySelectorAll(":scope > [data-agenda-item]")]
const subBox = (row) => row.querySelector("input[name$='-sub']")
const isSub = (row) => subBox(row).checked
const numberOf = (row) => row.querySelector("input[name$='-position']")

function titleOf(row) {
  return row.querySelector("input[name$='-title']").value.trim() || row.dataset.agendaName
}

function nameOf(row) {
  return titleOf(row) || "nouveau point"
}

function setSub(row, sub) {
  subBox(row).checked = sub
  row.classList.toggle("agenda-item--sub", sub)
}

// A point and its sub-items, which go where it goes.
function blockOf(row) {
  const block = [row]
  if (isSub(row)) return block
  for (let next = row.nextElementSibling; next && isSub(next); next = next.nextElementSibling) block.push(next)
  return block
}

// The empty rows at the end wait for new points: nothing is moved behind them.
function withoutLastEmpty(rows) {
  return rows.slice(0, rows.findLastIndex((row) => titleOf(row)) + 1)
}

function isLast(row) {
  const next = blockOf(row).at(-1).nextElementSibling
  return !next || !withoutLastEmpty(rowsOf(row.parentElement)).includes(next)
}

function above(row) {
  const rows = rowsOf(row.parentElement)
  return rows.slice(0, rows.indexOf(row)).findLast((other) => !isSub(other))
}

// Each move returns why it cannot be made, or nothing once it is made.

function up(row) {
  const before = isSub(row) ? row.previousElementSibling : above(row)
  if (!before || (isSub(row) && !before.previousElementSibling)) return "est déjà en tête"
  before.before(...blockOf(row))
}

function down(row) {
  if (isLast(row)) return "est déjà le dernier"
  const next = blockOf(row).at(-1).nextElementSibling
  const last = isSub(row) ? next : blockOf(next).at(-1)
  last.after(...blockOf(row))
}

function indent(row) {
  if (isSub(row)) return "est déjà un sous-point"
  if (!row.previousElementSibling) return "est le premier : il ne peut pas être un sous-point"
  setSub(row, true)
}

function outdent(row) {
  if (!isSub(row)) return "est déjà au premier niveau"
  setSub(row, false)
}

// Puts a block before the row that has this place among the others.
function place(list, block, index, sub) {
  const others = rowsOf(list).filter((row) => !block.includes(row))
  const at = landing(others, index, sub)
  setSub(block[0], sub && at > 0)
  const next = others[at] ?? null
  if (next !== block.at(-1).nextElementSibling) next ? next.before(...block) : list.append(...block)
}

// A point of the first level does not part another one from its sub-items.
function landing(others, index, sub) {
  let at = Math.min(Math.max(index, 0), withoutLastEmpty(others).length)
  while (!sub && at < others.length && isSub(others[at])) at += 1
  return at
}

function where(row) {
  const parent = isSub(row) && above(row)
  if (parent) {
    const place = blockOf(parent).indexOf(row)
    return `« ${nameOf(row)} » est maintenant le sous-point ${place} de « ${nameOf(parent)} ».`
  }
  const points = rowsOf(row.parentElement).filter(
    (other) => !isSub(other) && (other === row || titleOf(other)),
  )
  return `« ${nameOf(row)} » est maintenant le point ${points.indexOf(row) + 1} sur ${points.length}.`
}

function cannot(row, move) {
  const sub = isSub(row)
  if (move === "in") return sub || !row.previousElementSibling
  if (move === "out") return !sub
  if (move === "down") return isLast(row)
  return sub ? !row.previousElementSibling?.previousElementSibling : !above(row)
}

function refresh(list) {
  const rows = rowsOf(list)
  if (rows.length) setSub(rows[0], false)
  for (const row of rows) {
    for (const button of row.querySelectorAll("[data-agenda-move]")) {
      button.setAttribute("aria-label", `${button.textContent} « ${nameOf(row)} »`)
      button.setAttribute("aria-disabled", String(Boolean(cannot(row, button.dataset.agendaMove))))
    }
  }
}

// The numbers say the order to the server, and that they all count.
function number(list) {
  const rows = rowsOf(list)
  rows.forEach((row, index) => {
    numberOf(row).value = index + 1
  })
  const group = list.closest("[data-agenda]")
  if (!group.querySelector("input[name$='-exact']")) {
    const exact = document.createElement("input")
    exact.type = "hidden"
    exact.name = numberOf(rows[0]).name.replace(/-[^-]+-position$/, "-exact")
    exact.value = "1"
    group.append(exact)
  }
  list.dispatchEvent(new Event("input", { bubbles: true }))
}

function say(list, words) {
  list.closest("[data-agenda]").querySelector("[data-agenda-status]").textContent = words
}

function settle(list, row) {
  refresh(list)
  number(list)
  say(list, where(row))
}

function move(row, name) {
  const list = row.parentElement
  const focused = document.activeElement
  const reason = MOVES[name](row)
  if (reason) {
    say(list, `« ${nameOf(row)} » ${reason}.`)
    return
  }
  settle(list, row)
  focused.focus({ preventScroll: true })
  focused.scrollIntoView({ block: "nearest" })
}

function startDrag(event, list) {
  const handle = event.target.closest("[data-agenda-handle]")
  if (!handle || event.button !== 0) return
  event.preventDefault()
  const row = handle.closest("[data-agenda-item]")
  const drag = { list, row, handle, block: blockOf(row), x: event.clientX, y: event.clientY, at: event }
  drag.mark = document.createElement("li")
  drag.mark.className = "agenda-desk__mark"
  const follow = (moved) => followPointer(drag, moved)
  const end = (ended) => {
    handle.removeEventListener("pointermove", follow)
    handle.removeEventListener("pointerup", end)
    handle.removeEventListener("pointercancel", end)
    document.removeEventListener("keydown", escape)
    endDrag(drag, ended.type === "pointerup")
  }
  const escape = (key) => {
    if (key.key === "Escape") end(key)
  }
  handle.setPointerCapture(event.pointerId)
  handle.addEventListener("pointermove", follow)
  handle.addEventListener("pointerup", end)
  handle.addEventListener("pointercancel", end)
  document.addEventListener("keydown", escape)
}

function followPointer(drag, event) {
  drag.at = event
  if (!drag.target) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_AFTER) return
    beginMoving(drag)
  }
  aim(drag)
}

// Long texts are folded away while a point moves; the page is scrolled so that the handle stays
// under the pointer.
function beginMoving(drag) {
  const before = drag.handle.getBoundingClientRect().top
  drag.list.classList.add("agenda-desk__list--sorting")
  for (const row of drag.block) row.classList.add("agenda-item--moving")
  scrollBy(0, drag.handle.getBoundingClientRect().top - before)
  drag.scrolling = requestAnimationFrame(() => scrollAtTheEdges(drag))
}

function scrollAtTheEdges(drag) {
  const { clientY } = drag.at
  const step = clientY < EDGE ? clientY - EDGE : Math.max(0, clientY - innerHeight + EDGE)
  if (step) {
    scrollBy(0, step / 6)
    aim(drag)
  }
  drag.scrolling = requestAnimationFrame(() => scrollAtTheEdges(drag))
}

function aim(drag) {
  const { clientX, clientY } = drag.at
  drag.mark.remove()
  const others = rowsOf(drag.list).filter((row) => !drag.block.includes(row))
  const index = others.filter((row) => {
    const { top, height } = row.getBoundingClientRect()
    return top + height / 2 < clientY
  }).length
  const aside = clientX - drag.x
  const wanted = aside > INDENT_AFTER || (aside > -INDENT_AFTER && isSub(drag.row))
  const sub = wanted && index > 0 && drag.block.length === 1
  const at = landing(others, index, sub)
  drag.target = { index: at, sub }
  drag.mark.classList.toggle("agenda-desk__mark--sub", sub)
  if (at < others.length) others[at].before(drag.mark)
  else drag.list.append(drag.mark)
}

function endDrag(drag, dropped) {
  cancelAnimationFrame(drag.scrolling)
  drag.mark.remove()
  drag.list.classList.remove("agenda-desk__list--sorting")
  for (const row of drag.block) row.classList.remove("agenda-item--moving")
  if (!drag.target) return
  if (dropped) {
    place(drag.list, drag.block, drag.target.index, drag.target.sub)
    settle(drag.list, drag.row)
  }
  drag.row.scrollIntoView({ block: "nearest" })
}

function show(scope) {
  for (const part of scope.querySelectorAll("[data-agenda-handle], [data-agenda-buttons], [data-agenda-help], [data-agenda-folds]")) {
    part.hidden = false
  }
  for (const box of scope.querySelectorAll(".desk-field--sub")) box.hidden = true
}

function fold(group, open) {
  for (const words of group.querySelectorAll(".agenda-item__words")) words.open = open
}

function bind(group) {
  const list = group.querySelector("[data-agenda-list]")
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-agenda-move]")
    if (button) move(button.closest("[data-agenda-item]"), button.dataset.agendaMove)
  })
  list.addEventListener("keydown", (event) => {
    const name = event.altKey && event.shiftKey && ARROWS[event.key]
    const row = event.target.closest("[data-agenda-item]")
    if (!name || !row) return
    event.preventDefault()
    move(row, name)
  })
  list.addEventListener("change", (event) => {
    const row = event.target.closest("[data-agenda-item]")
    if (row && event.target === numberOf(row) && event.target.value) {
      const index = Number(event.target.value) - 1
      place(list, blockOf(row), index, isSub(row))
      settle(list, row)
    } else {
      refresh(list)
    }
  })
  list.addEventListener("pointerdown", (event) => startDrag(event, list))
  list.addEventListener("formset:added", (event) => {
    show(event.target)
    refresh(list)
  })
  group.querySelector("[data-agenda-unfold]").addEventListener("click", () => fold(group, true))
  group.querySelector("[data-agenda-fold]").addEventListener("click", () => fold(group, false))
  group.querySelector("[data-agenda-plain]").hidden = true
  show(group)
  refresh(list)
}

for (const group of document.querySelectorAll("[data-agenda]")) bind(group)
