// Citing a demand or a commitment: a button, a dialog to find it, and a node that keeps its name only.
// What the node shows in the editor (title, words of the administration) is asked for: it is not stored.
import { crel, Node, pm } from "django-prose-editor/editor"

const LABEL = "Citer une revendication ou un engagement"
const VALUE = /^[A-Za-z]{1,20}(-[0-9]{1,10}){1,3}$/
const ASKED_AT_ONCE = 50
const PAUSE = 250

async function ask(url, parameters) {
  const response = await fetch(`${url}?${new URLSearchParams(parameters)}`)
  if (!response.ok || response.redirected) throw new Error(`${response.status}`)
  return (await response.json()).results
}

export const Citation = Node.create({
  name: "citation",
  group: "inline",
  inline: true,
  atom: true,

  addOptions() {
    return { url: "" }
  },

  addStorage() {
    return { names: new Map(), unnamed: new Map() }
  },

  addAttributes() {
    return {
      value: { default: "", parseHTML: (element) => element.getAttribute("value") },
      words: { default: "", parseHTML: (element) => element.textContent, rendered: false },
    }
  },

  parseHTML() {
    const isOurs = (element) =>
      VALUE.test(element.getAttribute("value")) && element.textContent.trim() ? null : false
    return [{ tag: "data[value]", getAttrs: isOurs }]
  },

  renderHTML({ node, HTMLAttributes }) {
    return ["data", HTMLAttributes, node.attrs.words]
  },

  renderText({ node }) {
    return node.attrs.words
  },

  addNodeView() {
    const { storage, options } = this
    return ({ node }) => {
      const dom = crel("span", { className: "citation", textContent: node.attrs.words })
      showName(dom, node.attrs.value, storage, options.url)
      return { dom }
    }
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: this.name,
      groups: "link",
      command: (editor) => openDialog(editor, this.options.url),
      button: buttons.material("find_in_page", LABEL),
      active: (editor) => editor.isActive(this.name),
    })
  },
})

function showName(dom, value, storage, url) {
  if (storage.names.has(value)) {
    name(dom, storage.names.get(value))
    return
  }
  if (!storage.unnamed.size) queueMicrotask(() => nameAll(storage, url))
  storage.unnamed.set(value, [...(storage.unnamed.get(value) ?? []), dom])
}

function name(dom, words) {
  if (words) {
    dom.textContent = words
  } else {
    dom.classList.add("citation--unknown")
    dom.title = "Introuvable : ces mots seront montrés tels quels."
  }
}

async function nameAll(storage, url) {
  const waiting = [...storage.unnamed]
  storage.unnamed.clear()
  for (let at = 0; at < waiting.length; at += ASKED_AT_ONCE) {
    const some = waiting.slice(at, at + ASKED_AT_ONCE)
    let found
    try {
      found = await ask(url, some.map(([value]) => ["value", value]))
    } catch {
      // Their references are enough to go on writing.
      return
    }
    const names = new Map(found.map((cited) => [cited.value, cited.name]))
    for (const [value, places] of some) {
      storage.names.set(value, names.get(value))
      for (const dom of places) name(dom, names.get(value))
    }
  }
}

function openDialog(editor, url) {
  const status = crel("p", { className: "citation-dialog__status", role: "status" })
  const results = crel("ul", { className: "citation-dialog__results" })
  const input = crel("input", {
    type: "search",
    id: "citation-words",
    autocomplete: "off",
    maxLength: 100,
  })
  const cancel = crel("button", { type: "button", textContent: "Annuler" })
  const form = crel("form", {}, [
    crel("h2", { id: "citation-title", textContent: LABEL }),
    crel("label", { htmlFor: input.id, textContent: "Référence ou mots" }),
    input,
    status,
    results,
    cancel,
  ])
  const dialog = crel(
    "dialog",
    { className: "writing-dialog citation-dialog", "aria-labelledby": "citation-title" },
    [form],
  )
  let searches = 0
  let pause

  async function search() {
    clearTimeout(pause)
    const mine = ++searches
    try {
      const found = await ask(url, { q: input.value })
      if (mine === searches) show(found)
    } catch {
      if (mine !== searches) return
      results.replaceChildren()
      status.textContent =
        "La recherche n’a pas abouti. Vérifiez votre connexion au site, puis réessayez."
    }
  }

  function show(found) {
    results.replaceChildren(...found.map((cited) => crel("li", {}, [choice(cited)])))
    status.textContent = counted(found.length)
  }

  function choice(cited) {
    const lines = [
      crel("span", { className: "citation-dialog__name", textContent: cited.name }),
      crel("span", { textContent: cited.state }),
    ]
    if (cited.reserved) {
      const told = `Réservé aux adhérent·es : les visiteurs ne liront que « ${cited.words} ».`
      lines.push(crel("span", { className: "citation-dialog__reserved", textContent: told }))
    }
    const button = crel("button", { type: "button" }, lines)
    button.addEventListener("click", () => {
      dialog.close()
      insert(editor, cited)
    })
    return button
  }

  function move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    const stops = [input, ...results.querySelectorAll("button")]
    const next = stops[stops.indexOf(document.activeElement) + step]
    if (!stops.includes(document.activeElement) || !next) return
    event.preventDefault()
    next.focus()
  }

  input.addEventListener("input", () => {
    clearTimeout(pause)
    pause = setTimeout(search, PAUSE)
  })
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    await search()
    results.querySelector("button")?.focus()
  })
  dialog.addEventListener("keydown", move)
  cancel.addEventListener("click", () => dialog.close())
  dialog.addEventListener("close", () => {
    clearTimeout(pause)
    dialog.remove()
    editor.commands.focus()
  })
  document.body.append(dialog)
  dialog.showModal()
  input.focus()
  search()
}

function counted(number) {
  if (!number) return "Rien ne correspond à ces mots."
  if (number === 1) return "Un résultat."
  return `${number} résultats${number < 10 ? "" : " ; d’autres mots en montreront d’autres"}.`
}

function insert(editor, cited) {
  editor.storage.citation.names.set(cited.value, cited.name)
  const attrs = { value: cited.value, words: cited.words }
  // After what is selected, so that no word is lost.
  const place = pm.state.Selection.near(editor.state.selection.$to, -1).to
  editor.chain().focus().insertContentAt(place, { type: "citation", attrs }).run()
}
