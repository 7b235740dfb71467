// What we add to the rich text editor of the admin: the cut marker, and French names on its buttons.
import { Extension, Node } from "django-prose-editor/editor"

export const CutMarker = Node.create({
  name: "cutMarker",
  group: "block",
  atom: true,
  // Before the ordinary rule, which would claim every <hr>.
  priority: 200,

  parseHTML() {
    return [{ tag: "hr.cut" }]
  },

  renderHTML() {
    return ["hr", { class: "cut" }]
  },

  addCommands() {
    return {
      insertCutMarker:
        () =>
        ({ commands }) =>
          commands.insertContent([{ type: this.name }, { type: "paragraph" }]),
    }
  },

  addKeyboardShortcuts() {
    return { "Mod-Shift-Enter": () => this.editor.commands.insertCutMarker() }
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "cutMarker",
      groups: "nodes",
      command: (editor) => editor.chain().focus().insertCutMarker().run(),
      button: buttons.material("content_cut", "cut"),
      enabled: (editor) => !hasCut(editor),
      active: (editor) => editor.isActive("cutMarker"),
    })
  },
})

function hasCut(editor) {
  let found = false
  editor.state.doc.descendants((node) => {
    found ||= node.type.name === "cutMarker"
    return !found
  })
  return found
}

const FRENCH = {
  bold: "Gras",
  italic: "Italique",
  underline: "Souligné",
  strike: "Barré",
  subscript: "Indice",
  superscript: "Exposant",
  paragraph: "Paragraphe",
  Paragraph: "Paragraphe",
  blockquote: "Citation",
  cut: "Coupure : la suite est réservée aux adhérent·es",
  "horizontal rule": "Filet horizontal",
  "unordered list": "Liste à puces",
  "ordered list": "Liste numérotée",
  "insert link": "Insérer un lien",
  "remove link": "Retirer le lien",
  "Insert table": "Insérer un tableau",
  "Add column": "Ajouter une colonne à droite",
  "Delete column": "Supprimer la colonne",
  "Add row": "Ajouter une ligne en dessous",
  "Delete row": "Supprimer la ligne",
  "Merge cells": "Fusionner les cellules",
  "Split cell": "Scinder la cellule",
  "Toggle header cell": "Cellule d’en-tête",
  "Delete table": "Supprimer le tableau",
  undo: "Annuler",
  redo: "Rétablir",
  Yes: "Oui",
  No: "Non",
}

function french(label) {
  const heading = /^heading (\d)$/i.exec(label)
  return heading ? `Intertitre de niveau ${heading[1] - 1}` : FRENCH[label]
}

// The library translates the questions of its dialogs, not the answers among which one chooses.
function answersInFrench(parent) {
  for (const option of parent.querySelectorAll("dialog option")) {
    const label = french(option.textContent)
    if (!label) continue
    option.value = option.textContent
    option.textContent = label
  }
}

export const FrenchLabels = Extension.create({
  name: "frenchLabels",
  // After the menu, which it relabels.
  priority: 1,

  onCreate() {
    const root = this.editor.options.element
    const { dom } = this.editor.view
    if (!dom.hasAttribute("aria-label")) dom.setAttribute("aria-label", "Texte de l’article")
    for (const element of root.querySelectorAll("[title], [aria-label]")) {
      for (const attribute of ["title", "aria-label"]) {
        const label = french(element.getAttribute(attribute) ?? "")
        if (label) {
          element.title = label
          element.setAttribute("aria-label", label)
        }
      }
    }
    for (const option of root.querySelectorAll(".prose-menubar__dropdown *")) {
      const label = option.childElementCount === 0 && french(option.textContent)
      if (label) option.textContent = label
    }
    const parent = this.editor.view.dom.parentElement
    new MutationObserver(() => answersInFrench(parent)).observe(parent, { childList: true })
  },
})
