// Figures: a picture that is sent or chosen again, described or declared decorative, with its caption and credit.
import { crel, Mark, mergeAttributes, Node, pm } from "django-prose-editor/editor"
import { field, openDialog } from "./writing-dialog.js"

const LABEL = "Illustration"
const SIDES = { "": "Toute la largeur du texte", left: "À gauche du texte", right: "À droite du texte" }
const UNDESCRIBED =
  "Décrivez l’image pour les personnes qui ne la voient pas, ou cochez « Image décorative »."

function address() {
  return document.querySelector("[data-illustrations]")?.dataset.illustrations
}

async function ask(options) {
  const response = await fetch(address(), options)
  if (response.status === 422) return { errors: (await response.json()).errors }
  if (!response.ok || response.redirected) throw new Error(`${response.status}`)
  return response.json()
}

function sent(file, said) {
  const body = new FormData()
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value
  body.append("csrfmiddlewaretoken", token)
  body.append("file", file)
  for (const [name, value] of Object.entries(said)) body.append(name, value)
  return ask({ method: "POST", body })
}

// The pictures given for this article, to be used again.
async function given(list, choose) {
  let found = []
  try {
    found = (await ask()).results
  } catch {
    // Another one can still be sent.
  }
  list.parentElement.hidden = !found.length
  for (const picture of found) {
    const words = picture.alt || picture.caption || picture.name
    const button = crel("button", { type: "button", "aria-pressed": "false", title: words }, [
      crel("img", { src: picture.thumbnail, alt: words }),
    ])
    button.addEventListener("click", () => {
      for (const other of list.querySelectorAll("button")) other.setAttribute("aria-pressed", other === button)
      choose(picture)
    })
    list.append(crel("li", {}, [button]))
  }
}

function captionOf({ caption, credit }) {
  const content = caption ? [{ type: "text", text: caption }] : []
  if (caption && credit) content.push({ type: "text", text: " " })
  if (credit) content.push({ type: "text", text: credit, marks: [{ type: "credit" }] })
  return { type: "figcaption", content }
}

function figureAt(selection) {
  const { $from, node } = selection
  if (node?.type.name === "figure") return { node, position: selection.from }
  for (let depth = $from.depth; depth > 0; depth--) {
    if ($from.node(depth).type.name === "figure") return { node: $from.node(depth), position: $from.before(depth) }
  }
  return null
}

function creditOf(figure) {
  let credit = ""
  figure.lastChild.forEach((child) => {
    if (child.marks.some((mark) => mark.type.name === "credit")) credit += child.text
  })
  return credit
}

function openFigure(editor) {
  const present = figureAt(editor.state.selection)
  const attrs = present?.node.firstChild.attrs
  let chosen = null
  const file = crel("input", { type: "file", accept: "image/jpeg,image/png,image/webp,image/gif" })
  const alt = crel("input", { type: "text", maxLength: 500, value: attrs?.alt ?? "" })
  const isDecorative = crel("input", { type: "checkbox", checked: attrs?.alt === "" })
  const caption = crel("input", { type: "text", maxLength: 500 })
  const credit = crel("input", { type: "text", maxLength: 200, value: present ? creditOf(present.node) : "" })
  const side = crel(
    "select",
    {},
    Object.entries(SIDES).map(([value, label]) => crel("option", { value, textContent: label })),
  )
  side.value = present?.node.attrs.side ?? ""
  const list = crel("ul", { className: "writing-dialog__pictures", "aria-label": "Images de ce texte" })
  const again = crel("div", { hidden: true }, [
    crel("p", { textContent: "Ou reprenez une image de ce texte :" }),
    list,
  ])

  function choose(picture) {
    chosen = picture
    file.value = ""
    alt.value = picture.alt
    isDecorative.checked = !picture.alt
    caption.value = picture.caption
    credit.value = picture.credit
    toggle()
  }
  const toggle = () => {
    alt.disabled = isDecorative.checked
  }
  isDecorative.addEventListener("change", toggle)
  file.addEventListener("change", () => {
    chosen = null
    for (const button of list.querySelectorAll("button")) button.setAttribute("aria-pressed", "false")
  })
  toggle()

  const described = [
    field("Texte de remplacement", alt, "Ce que l’image apprend à qui ne la voit pas, en une phrase."),
    field("Image décorative : elle n’apprend rien de plus que le texte", isDecorative),
  ]
  const parts = present
    ? [...described, field("Crédit", credit, "La légende se corrige sous l’image."), field("Place", side)]
    : [
        field("Image", file, "JPEG, PNG, WebP ou GIF. La position et l’auteur notés par l’appareil sont effacés."),
        again,
        ...described,
        field("Légende", caption),
        field("Crédit", credit, "Qui a fait l’image."),
        field("Place", side),
      ]

  async function insert() {
    const words = isDecorative.checked ? "" : alt.value.trim()
    if (!words && !isDecorative.checked) return UNDESCRIBED
    if (!chosen && !file.files.length) return "Choisissez une image."
    let picture = chosen
    if (!picture) {
      const said = { alt: words, caption: caption.value, credit: credit.value }
      if (isDecorative.checked) said.is_decorative = "on"
      try {
        picture = await sent(file.files[0], said)
      } catch {
        return "L’image n’a pas pu être envoyée. Vérifiez votre connexion au site, puis réessayez."
      }
      if (picture.errors) return Object.values(picture.errors).flat().join(" ")
    }
    const { src, width, height } = picture
    const image = { type: "picture", attrs: { src, width, height, alt: words } }
    const said = { caption: caption.value.trim(), credit: credit.value.trim() }
    // After what is selected, be it cells of a table, so that no word is lost.
    const place = pm.state.Selection.near(editor.state.selection.$to, -1).to
    editor.commands.insertContentAt(place, [
      { type: "figure", attrs: { side: side.value }, content: [image, captionOf(said)] },
      { type: "paragraph" },
    ])
  }

  function change() {
    const words = isDecorative.checked ? "" : alt.value.trim()
    if (!words && !isDecorative.checked) return UNDESCRIBED
    const { node, position } = present
    editor.commands.command(({ tr, state }) => {
      const figcaption = node.lastChild
      const inside = position + 1 + node.firstChild.nodeSize + 1
      const said = credit.value.trim()
      if (said !== creditOf(node)) replaceCredit(tr, state.schema, figcaption, inside, said)
      tr.setNodeAttribute(position + 1, "alt", words)
      tr.setNodeAttribute(position, "side", side.value)
      return true
    })
  }

  openDialog(editor, {
    title: LABEL,
    parts,
    submit: present ? "Enregistrer" : "Insérer l’illustration",
    onSubmit: present ? change : insert,
    actions: present ? [{ label: "Retirer l’illustration", run: () => remove(editor, present) }] : [],
  })
  if (!present) given(list, choose)
}

function replaceCredit(tr, schema, figcaption, inside, said) {
  const mark = schema.marks.credit
  const places = []
  figcaption.forEach((child, offset) => {
    if (mark.isInSet(child.marks)) places.push([inside + offset, inside + offset + child.nodeSize])
  })
  for (const [from, to] of places.toReversed()) tr.delete(from, to)
  if (said) {
    const end = tr.mapping.map(inside + figcaption.content.size)
    const before = tr.doc.resolve(end).nodeBefore
    if (before?.isText && !before.text.endsWith(" ")) tr.insert(end, schema.text(" "))
    tr.insert(tr.mapping.map(inside + figcaption.content.size), schema.text(said, [mark.create()]))
  }
}

function remove(editor, { node, position }) {
  editor.commands.deleteRange({ from: position, to: position + node.nodeSize })
}

export const Picture = Node.create({
  name: "picture",
  atom: true,

  addAttributes() {
    return {
      src: { default: "" },
      width: { default: null },
      height: { default: null },
      // Without it nobody described the picture yet; empty, it is declared decorative.
      alt: { default: null },
    }
  },

  parseHTML() {
    return [{ tag: 'img[src^="/images/"]' }]
  },

  renderHTML({ HTMLAttributes }) {
    return ["img", HTMLAttributes]
  },
})

export const FigureCaption = Node.create({
  name: "figcaption",
  content: "inline*",

  parseHTML() {
    return [{ tag: "figcaption" }]
  },

  renderHTML({ HTMLAttributes }) {
    return ["figcaption", HTMLAttributes, 0]
  },
})

export const Credit = Mark.create({
  name: "credit",
  inclusive: false,

  parseHTML() {
    return [{ tag: "small.credit" }]
  },

  renderHTML() {
    return ["small", { class: "credit" }, 0]
  },
})

export const Illustration = Node.create({
  name: "figure",
  group: "block",
  content: "picture figcaption",
  isolating: true,
  draggable: true,

  addAttributes() {
    return {
      side: {
        default: "",
        rendered: false,
        parseHTML: ({ classList }) =>
          ["left", "right"].find((side) => classList.contains(`figure--${side}`)) ?? "",
      },
    }
  },

  parseHTML() {
    const isOurs = (figure) => (figure.querySelector('img[src^="/images/"]') ? null : false)
    return [{ tag: "figure", getAttrs: isOurs }]
  },

  renderHTML({ node, HTMLAttributes }) {
    const side = node.attrs.side ? ` figure--${node.attrs.side}` : ""
    return ["figure", mergeAttributes(HTMLAttributes, { class: `figure${side}` }), 0]
  },

  addKeyboardShortcuts() {
    // A picture goes with its figure, whichever of the two keys says so.
    const removeWhole = () => {
      const { selection } = this.editor.state
      const present = figureAt(selection)
      if (selection.node?.type.name !== "picture" || !present) return false
      remove(this.editor, present)
      return true
    }
    const leave = () => {
      const present = figureAt(this.editor.state.selection)
      if (!present) return false
      const after = present.position + present.node.nodeSize
      return this.editor.chain().insertContentAt(after, { type: "paragraph" }).focus(after + 1).run()
    }
    return { Backspace: removeWhole, Delete: removeWhole, Enter: leave }
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: this.name,
      groups: "nodes",
      command: openFigure,
      button: buttons.material("image", LABEL),
      active: (editor) => editor.isActive("figure"),
      hidden: () => !address(),
    })
  },
})
