// What texts of the old site hold and no button makes: the editor keeps it as it is.
import { Extension, Mark, Node } from "django-prose-editor/editor"

const ANCHOR = /^ancre-[a-z0-9-]+$/

export const Anchors = Extension.create({
  name: "anchors",

  addGlobalAttributes() {
    const parseHTML = ({ id }) => (ANCHOR.test(id) ? id : null)
    return [
      {
        types: ["paragraph", "heading", "preformatted", "figcaption"],
        attributes: { id: { default: null, keepOnSplit: false, parseHTML } },
      },
    ]
  },
})

export const Preformatted = Node.create({
  name: "preformatted",
  group: "block",
  content: "inline*",
  code: true,
  defining: true,
  whitespace: "pre",

  parseHTML() {
    return [{ tag: "pre", preserveWhitespace: "full" }]
  },

  renderHTML({ HTMLAttributes }) {
    return ["pre", HTMLAttributes, 0]
  },
})

export const CodeWords = Mark.create({
  name: "codeWords",
  inclusive: false,

  parseHTML() {
    return [{ tag: "code" }]
  },

  renderHTML() {
    return ["code", 0]
  },
})

export const Abbreviation = Mark.create({
  name: "abbreviation",
  inclusive: false,

  addAttributes() {
    return { title: { default: null } }
  },

  parseHTML() {
    return [{ tag: "abbr" }]
  },

  renderHTML({ HTMLAttributes }) {
    return ["abbr", HTMLAttributes, 0]
  },
})
