// What word processors put on the clipboard, turned into plain markup before the editor reads it:
// styles become tags (the page's policy refuses inline styles, so the editor could not see them),
// the false lists of Word become lists, and the event handlers of a web page are left out.
import { Extension, Plugin } from "django-prose-editor/editor"

const STYLE = "data-pasted-style"

function withoutInlineCode(html) {
  return html
    .replace(/<style\b[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) =>
      tag.replace(/\sstyle\s*=/gi, ` ${STYLE}=`).replace(/\son[a-z]+\s*=/gi, " data-pasted="),
    )
}

function styleOf(element) {
  return (element.getAttribute(STYLE) ?? "").toLowerCase()
}

function wrapContent(element, name) {
  const wrapper = element.ownerDocument.createElement(name)
  wrapper.append(...element.childNodes)
  element.append(wrapper)
}

function rename(element, name) {
  const renamed = element.ownerDocument.createElement(name)
  renamed.append(...element.childNodes)
  element.replaceWith(renamed)
}

function marksFromStyles(body) {
  for (const element of body.querySelectorAll(`b[${STYLE}], strong[${STYLE}]`)) {
    if (/(^|;)\s*font-weight:\s*(normal|[1-4]00)/.test(styleOf(element))) {
      element.replaceWith(...element.childNodes)
    }
  }
  for (const element of body.querySelectorAll(`span[${STYLE}], font[${STYLE}]`)) {
    const style = styleOf(element)
    if (/(^|;)\s*font-weight:\s*(bold|bolder|[6-9]00)/.test(style)) wrapContent(element, "strong")
    if (/(^|;)\s*font-style:\s*(italic|oblique)/.test(style)) wrapContent(element, "em")
    if (/text-decoration[^;]*line-through/.test(style)) wrapContent(element, "s")
    if (/vertical-align:\s*super/.test(style)) wrapContent(element, "sup")
    if (/vertical-align:\s*sub/.test(style)) wrapContent(element, "sub")
  }
}

function headingsInOurLevels(body) {
  for (const title of body.querySelectorAll("h1")) rename(title, "h2")
  for (const title of body.querySelectorAll("h5, h6")) rename(title, "h4")
}

function wordItem(paragraph) {
  const level = /mso-list:[^;]*\blevel(\d)/.exec(styleOf(paragraph))
  if (!level) return null
  const mark = [...paragraph.querySelectorAll(`[${STYLE}]`)].find((element) =>
    /mso-list:\s*ignore/.test(styleOf(element)),
  )
  const ordered = /^\s*(\d+|[a-z]|[ivx]+)[.)]/i.test(mark?.textContent ?? "")
  mark?.remove()
  return { level: Number(level[1]), list: ordered ? "ol" : "ul" }
}

function wordLists(body) {
  let open = []
  let last = null
  for (const paragraph of [...body.querySelectorAll("p, h1, h2, h3, h4, table, ul, ol, div")]) {
    const item = paragraph.tagName === "P" && wordItem(paragraph)
    if (!item || paragraph.previousElementSibling !== last) open = []
    if (!item) continue
    open.length = Math.min(open.length, item.level)
    while (open.length < item.level) {
      const list = paragraph.ownerDocument.createElement(item.list)
      const above = open.at(-1)
      if (!above) paragraph.before(list)
      else (above.lastElementChild ?? above).append(list)
      open.push(list)
    }
    const line = paragraph.ownerDocument.createElement("li")
    line.append(...paragraph.childNodes)
    open.at(-1).append(line)
    last = open[0]
    paragraph.remove()
  }
}

export function clean(html) {
  const { body } = new DOMParser().parseFromString(withoutInlineCode(html), "text/html")
  wordLists(body)
  marksFromStyles(body)
  headingsInOurLevels(body)
  return body.innerHTML
}

export const CleanPaste = Extension.create({
  name: "cleanPaste",

  addProseMirrorPlugins() {
    return [new Plugin({ props: { transformPastedHTML: clean } })]
  },
})
