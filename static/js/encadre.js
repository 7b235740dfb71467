// The framed box: a button puts a frame around the paragraphs that are selected, or takes it away.
import { Node } from "django-prose-editor/editor"

export const Encadre = Node.create({
  name: "encadre",
  group: "block",
  content: "block+",
  defining: true,

  parseHTML() {
    return [{ tag: "div.encadre" }]
  },

  renderHTML() {
    return ["div", { class: "encadre" }, 0]
  },

  addCommands() {
    return {
      toggleEncadre:
        () =>
        ({ commands, editor, state, tr, dispatch }) => {
          if (editor.isActive(this.name)) return commands.lift(this.name)
          // Whole paragraphs, lists or quotes: a box stands in the text, never in a list.
          const { $from, $to } = state.selection
          const range = $from.blockRange($to, (node) => node.type.name === "doc")
          if (!range) return false
          if (dispatch) tr.wrap(range, [{ type: this.type, attrs: null }])
          return true
        },
    }
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: this.name,
      groups: "nodes",
      command: (editor) => editor.chain().focus().toggleEncadre().run(),
      button: buttons.material("check_box_outline_blank", "Encadré"),
      active: (editor) => editor.isActive(this.name),
    })
  },
})
