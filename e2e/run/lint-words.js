/**
 * A rule of ESLint: what people read stands in renderer/data/words/en and nowhere else. It finds text in JSX, in attributes and properties that are shown or
 * read out, and strings of two words or more.
 */
const shown = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'alt',
  'label',
  'placeholder',
  'title',
  'text',
  'words',
  'message',
  'hint',
])
/** Attributes and properties whose strings are for the browser. */
const technical = new Set([
  'className',
  'class',
  'style',
  'allow',
  'sandbox',
  'content',
  'accept',
  'role',
  'rel',
  'd',
  'points',
  'viewBox',
  'autoComplete',
  'keys',
])
/** Methods that are given a selector of CSS. */
const selectors = /^(?:matches|closest|querySelector|querySelectorAll)$/
const looksForWords = /\[(?:aria-label|alt|placeholder|title)\b/
const letters = /\p{L}/u
const twoWords = /(?:^|[^\p{L}\p{N}_$.#/\\-])\p{L}[\p{L}'’]*[,:;.!?]?\s+[\p{L}“"'‘(]/u
/** What is for developers alone. */
const developers = /^(?:log|console|Error|TypeError|RangeError|assert|expect)$/

function nameOf(node) {
  if (node.type === 'JSXIdentifier' || node.type === 'Identifier') return node.name
  if (node.type === 'Literal') return String(node.value)
  if (node.type === 'MemberExpression') return nameOf(node.object)
  return ''
}

function methodOf({ type, property }) {
  return type === 'MemberExpression' ? nameOf(property) : ''
}

/** The nearest thing that says what a string is for. */
function purposeOf(node) {
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at
    if (parent.type === 'JSXAttribute') return { attribute: nameOf(parent.name) }
    if (parent.type === 'Property' && parent.value === at) return { attribute: nameOf(parent.key) }
    if ((parent.type === 'NewExpression' || parent.type === 'CallExpression') && parent.arguments.includes(at))
      return { call: nameOf(parent.callee), isSelector: selectors.test(methodOf(parent.callee)) }
    if (parent.type === 'BinaryExpression' && /^[!=]==?$/.test(parent.operator)) return { type: true } // compared, not shown
    if (parent.type === 'TSLiteralType' || parent.type.startsWith('Import') || parent.type.startsWith('Export')) return { type: true }
    if (/Statement|Declaration|Function|JSXElement/u.test(parent.type)) return {}
  }
  return {}
}

const rule = {
  meta: { type: 'problem', schema: [], messages: { text: 'what people read belongs in renderer/data/words/en: "{{text}}"' } },
  create(context) {
    const check = (node, text, onlyOne) => {
      const { attribute, call, isSelector, type } = purposeOf(node)
      if (type || technical.has(attribute) || developers.test(call ?? '') || (isSelector && !looksForWords.test(text))) return
      if (shown.has(attribute) && onlyOne ? letters.test(text) : twoWords.test(text)) context.report({ node, messageId: 'text', data: { text } })
    }
    return {
      JSXText: node => letters.test(node.value) && context.report({ node, messageId: 'text', data: { text: node.value.trim() } }),
      Literal: node => typeof node.value === 'string' && check(node, node.value, true),
      TemplateLiteral: node => check(node, node.quasis.map(({ value }) => value.cooked).join('0'), node.expressions.length === 0),
    }
  },
}

export default { rules: { 'only-in-words': rule } }
