// Tables with a caption and headers. The caption is asked with the table, and corrected by its own button.
import { crel, pm, Table } from "django-prose-editor/editor"
import { field, openDialog } from "./writing-dialog.js"

const KEPT = ["STRONG", "EM", "S", "U", "SUB", "SUP", "CODE", "BR", "A", "DATA", "SPAN"]
const ADDRESS = /^(?:https?:|mailto:|tel:|\/(?![/\\]))/

// The content of a caption, made anew: nothing but what the server keeps reaches the page.
function contentOf(html) {
  const rebuilt = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)]
    const children = [...node.childNodes].flatMap(rebuilt)
    if (!KEPT.includes(node.tagName)) return children
    const element = crel(node.tagName.toLowerCase(), {}, children)
    const href = node.getAttribute("href") ?? ""
    if (ADDRESS.test(href)) element.setAttribute("href", href)
    if (node.hasAttribute("value")) element.setAttribute("value", node.getAttribute("value"))
    if (node.className === "footnote") element.className = "footnote"
    return [element]
  }
  const { body } = new DOMParser().parseFromString(html, "text/html")
  return [...body.childNodes].flatMap(rebuilt)
}

function wordsOf(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent
}

function asHTML(words) {
  const box = document.createElement("p")
  box.textContent = words.trim()
  return box.innerHTML
}

function captionField(words = "") {
  const input = crel("input", { type: "text", value: words, maxLength: 300 })
  return [input, field("Légende", input, "Ce que montre le tableau : elle est lue avant lui.")]
}

function numberField(label, value) {
  const input = crel("input", { type: "number", min: 1, max: 50, value })
  return [input, field(label, input)]
}

function tickField(label, checked) {
  const input = crel("input", { type: "checkbox", checked })
  return [input, field(label, input)]
}

// A table holds no other one: what is inserted from inside comes after it.
function leaveTable({ tr }) {
  const { $from } = tr.selection
  for (let depth = $from.depth; depth > 0; depth--) {
    if ($from.node(depth).type.name === "table") {
      tr.setSelection(pm.state.Selection.near(tr.doc.resolve($from.after(depth))))
    }
  }
  return true
}

// One can write after a table that ends the text.
function writeOnAfter({ tr, state }) {
  if (tr.doc.lastChild.type.name === "table") {
    tr.insert(tr.doc.content.size, state.schema.nodes.paragraph.create())
  }
  return true
}

function insertTable(editor) {
  const [caption, captionPart] = captionField()
  const [rows, rowsPart] = numberField("Lignes", 3)
  const [cols, colsPart] = numberField("Colonnes", 3)
  const [firstRow, rowPart] = tickField("La première ligne donne les titres des colonnes", true)
  const [firstColumn, columnPart] = tickField("La première colonne donne les titres des lignes", false)
  openDialog(editor, {
    title: "Insérer un tableau",
    parts: [captionPart, rowsPart, colsPart, rowPart, columnPart],
    submit: "Insérer le tableau",
    onSubmit() {
      if (![rows, cols].every((input) => input.value && input.validity.valid)) {
        return "Donnez le nombre de lignes et de colonnes, de 1 à 50."
      }
      let chain = editor
        .chain()
        .command(leaveTable)
        .insertTable({ rows: Number(rows.value), cols: Number(cols.value), withHeaderRow: firstRow.checked })
        .updateAttributes("table", { caption: asHTML(caption.value) })
        .command(writeOnAfter)
      if (firstColumn.checked) chain = chain.toggleHeaderColumn()
      chain.run()
    },
  })
}

function editCaption(editor) {
  const [input, part] = captionField(wordsOf(editor.getAttributes("table").caption))
  openDialog(editor, {
    title: "Légende du tableau",
    parts: [part],
    submit: "Enregistrer la légende",
    onSubmit() {
      editor.commands.updateAttributes("table", { caption: asHTML(input.value) })
    },
  })
}

export const CaptionedTable = Table.extend({
  addAttributes() {
    return {
      ...this.parent?.(),
      caption: {
        default: "",
        rendered: false,
        parseHTML: (table) => table.querySelector(":scope > caption")?.innerHTML ?? "",
      },
      // Where a link leads to it.
      anchor: {
        default: "",
        rendered: false,
        parseHTML: (table) => table.querySelector(":scope > caption")?.id ?? "",
      },
    }
  },

  parseHTML() {
    // The caption is an attribute: left there, it would become a row.
    const withoutCaption = (table) => {
      const copy = table.cloneNode(true)
      copy.querySelector(":scope > caption")?.remove()
      return copy
    }
    return [{ tag: "table", contentElement: withoutCaption }]
  },

  renderHTML({ node }) {
    const { caption: words, anchor } = node.attrs
    const caption = words ? [crel("caption", anchor ? { id: anchor } : {}, contentOf(words))] : []
    return ["table", {}, ...caption, ["tbody", 0]]
  },

  addNodeView() {
    const parent = this.parent()
    return (props) => {
      const view = parent(props)
      const update = view.update
      const caption = crel("caption", { contentEditable: "false" })
      const show = ({ attrs }) => {
        caption.replaceChildren(...contentOf(attrs.caption))
        caption.hidden = !attrs.caption
      }
      view.table.prepend(caption)
      show(props.node)
      view.update = (node) => {
        if (!update(node)) return false
        show(node)
        return true
      }
      return view
    }
  },

  addCommands() {
    return {
      ...this.parent?.(),
      insertTableWithOptions:
        () =>
        ({ editor }) => {
          insertTable(editor)
          return true
        },
    }
  },

  addMenuItems({ editor, buttons, menu }) {
    this.parent?.({ editor, buttons, menu })
    const inTable = (name, label, icon, command) =>
      menu.defineItem({
        name: `table:${name}`,
        groups: "table",
        command,
        button: buttons.material(icon, label),
        hidden: (editor) => !editor.isActive("table"),
      })
    inTable("caption", "Légende du tableau", "subtitles", editCaption)
    inTable("headerRow", "Titres de colonnes sur la première ligne", "border_top", (editor) =>
      editor.chain().focus().toggleHeaderRow().run(),
    )
    inTable("headerColumn", "Titres de lignes dans la première colonne", "border_left", (editor) =>
      editor.chain().focus().toggleHeaderColumn().run(),
    )
  },
})
