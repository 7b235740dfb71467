// A footnote stands where it is called: in the text a small button with its number, which opens what it says.
import { Document, Editor, Menu, Node, Paragraph, crel, pm } from "django-prose-editor/editor"
import { openDialog } from "./writing-dialog.js"

const LABEL = "Note de bas de page"
// What a note may hold, besides its one paragraph.
const INSIDE = [
  ...["text", "bold", "italic", "underline", "strike", "subscript", "superscript", "link"],
  ...["hardBreak", "citation", "undoRedo", "history", "specialCharacters", "cleanPaste", "frenchLabels"],
]

const OneParagraph = Document.extend({ content: "paragraph" })

// A small editor for what a note says, with the same buttons as the text.
function noteEditor(editor, node, element) {
  const inside = editor.extensionManager.extensions
    .filter(({ name }) => INSIDE.includes(name))
    // The kinds of links are known once for the page: saying them again is an error.
    .map((each) => (each.name === "link" ? each.configure({ protocols: [] }) : each))
  const content = node ? node.content.toJSON() : []
  return new Editor({
    element,
    extensions: [
      OneParagraph,
      Paragraph,
      Menu.configure({ groups: [{ group: "marks" }, { group: "link" }] }),
      ...inside,
    ],
    content: { type: "doc", content: [{ type: "paragraph", content: content ?? [] }] },
    editorProps: { attributes: { "aria-label": "Texte de la note" } },
  })
}

// Opens the note at this position, or a new one at the selection.
function openNote(editor, position = null) {
  const node = position === null ? null : editor.state.doc.nodeAt(position)
  const element = crel("div", { className: "prose-editor prose-editor--note" })
  let writing
  const dialog = openDialog(editor, {
    title: LABEL,
    parts: [element],
    submit: node ? "Enregistrer la note" : "Insérer la note",
    onSubmit() {
      const content = writing.getJSON().content[0].content
      if (!writing.getText().trim()) return "Écrivez le texte de la note."
      const note = { type: "footnote", content }
      if (node) {
        const range = { from: position, to: position + node.nodeSize }
        editor.commands.insertContentAt(range, note)
      } else {
        const place = pm.state.Selection.near(editor.state.selection.$to, -1).to
        editor.commands.insertContentAt(place, note)
      }
    },
    actions: node ? [{ label: "Supprimer la note", run: () => removeNote(editor, position, node) }] : [],
    onClose: () => writing.destroy(),
  })
  writing = noteEditor(editor, node, element)
  dialog.classList.add("writing-dialog--note")
  writing.commands.setTextSelection(writing.state.doc.content.size)
  // At once: what is typed next is for the note, and tiptap's own command waits for a frame.
  writing.view.focus()
}

function removeNote(editor, position, node) {
  editor.commands.deleteRange({ from: position, to: position + node.nodeSize })
}

export const Footnote = Node.create({
  name: "footnote",
  group: "inline",
  inline: true,
  atom: true,
  content: "(text | citation | hardBreak)*",

  parseHTML() {
    return [{ tag: "span.footnote" }]
  },

  renderHTML() {
    return ["span", { class: "footnote" }, 0]
  },

  addNodeView() {
    return ({ editor, node, getPos }) => {
      const dom = crel("button", { type: "button", className: "footnote-call", contentEditable: "false" })
      const show = ({ textContent }) => {
        dom.title = textContent
        dom.setAttribute("aria-label", `Note : ${textContent}`)
      }
      show(node)
      dom.addEventListener("click", () => openNote(editor, getPos()))
      return {
        dom,
        stopEvent: (event) => ["keydown", "keypress", "keyup"].includes(event.type),
        ignoreMutation: () => true,
        update(updated) {
          if (updated.type !== node.type) return false
          show(updated)
          return true
        },
      }
    }
  },

  addKeyboardShortcuts() {
    return {
      Enter: () => {
        const { selection } = this.editor.state
        if (selection.node?.type.name !== this.name) return false
        openNote(this.editor, selection.from)
        return true
      },
      "Mod-Alt-f": () => {
        openNote(this.editor)
        return true
      },
    }
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: this.name,
      groups: "link",
      command(editor) {
        const { node, from } = editor.state.selection
        openNote(editor, node?.type.name === "footnote" ? from : null)
      },
      button: buttons.material("sticky_note_2", LABEL),
      active: (editor) => editor.isActive("footnote"),
    })
  },
})
