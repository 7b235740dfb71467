// The dialogs of the editor: a title, fields, what is wrong, two buttons. Escape leaves; the text has the focus again.
import { crel } from "django-prose-editor/editor"

let count = 0

// A field with its label, and a few words of help when there are some.
export function field(label, input, help = "") {
  input.id ||= `writing-field-${++count}`
  const parts = [crel("label", { htmlFor: input.id, textContent: label }), input]
  if (help) {
    const words = crel("p", { id: `${input.id}-help`, className: "writing-dialog__help", textContent: help })
    input.setAttribute("aria-describedby", words.id)
    parts.push(words)
  }
  const isTick = input.type === "checkbox" || input.type === "radio"
  if (isTick) parts.splice(0, 2, input, parts[0])
  return crel("div", { className: isTick ? "writing-dialog__tick" : "writing-dialog__field" }, parts)
}

// Opens a dialog. `onSubmit` may be asynchronous; what it returns, if anything, is what is wrong.
export function openDialog(editor, { title, parts, submit, onSubmit, actions = [], onClose }) {
  const heading = crel("h2", { id: `writing-dialog-${++count}`, textContent: title })
  const wrong = crel("p", { className: "writing-dialog__wrong", role: "alert" })
  const confirm = crel("button", { type: "submit", className: "writing-dialog__submit", textContent: submit })
  const cancel = crel("button", { type: "button", textContent: "Annuler" })
  const others = actions.map(({ label, run }) => {
    const button = crel("button", { type: "button", textContent: label })
    button.addEventListener("click", () => {
      leave()
      run()
    })
    return button
  })
  const form = crel("form", { noValidate: true }, [
    heading,
    ...parts,
    wrong,
    crel("div", { className: "writing-dialog__buttons" }, [confirm, ...others, cancel]),
  ])
  const dialog = crel("dialog", { className: "writing-dialog", "aria-labelledby": heading.id }, [form])

  // At once: the next key is for the text.
  function leave() {
    dialog.close()
    editor.view.focus()
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    confirm.disabled = true
    wrong.textContent = ""
    const said = await onSubmit()
    confirm.disabled = false
    if (said) wrong.textContent = said
    else leave()
  })
  cancel.addEventListener("click", leave)
  // The editor of a note would keep this key for itself.
  dialog.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.target.closest("dialog") !== dialog) return
      event.preventDefault()
      leave()
    },
    true,
  )
  // What is typed here is no change of the article's form, nor a key for the text below.
  for (const kind of ["input", "change", "keydown"]) {
    dialog.addEventListener(kind, (event) => event.stopPropagation())
  }
  dialog.addEventListener("close", () => {
    onClose?.()
    dialog.remove()
    editor.view.focus()
  })
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}
