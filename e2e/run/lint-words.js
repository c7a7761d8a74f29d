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
/** Attributes and properties whose strings are for the browser, and bindings of keys. */
const technical = new Set([
  ...['className', 'class', 'style', 'allow', 'sandbox', 'content', 'accept', 'role', 'rel', 'd', 'points', 'viewBox', 'autoComplete', 'keys'],
])
/** Calls whose words are for developers alone. */
const developers = new Set(['log', 'logError', 'Error', 'TypeError', 'RangeError', 'console'])
/** Methods that are given a selector of CSS. */
const selecting = new Set(['matches', 'closest', 'querySelector', 'querySelectorAll'])
const looksForWords = /\[(?:aria-label|alt|placeholder|title)\b/u

const letters = /\p{L}/u
const twoWords = /(?:^|[^\p{L}\p{N}_$.#/\\-])\p{L}[\p{L}'’]*[,:;.!?]?\s+[\p{L}“"'‘(]/u
/** Neither tags nor the scheme of an address are words. */
const wordsIn = text => text.replace(/<[^>]*>|\b\w+:\/\//gu, ' ')
/** A command of a protocol; a code, or a key of the catalogue. */
const isForProgram = text => !/\p{Ll}/u.test(text) || text.endsWith('\r\n') || /^[a-z]\w*(?:\.\w+)+$/u.test(text)

function nameOf(node) {
  if (node.type === 'JSXIdentifier' || node.type === 'Identifier') return node.name
  return node.type === 'Literal' ? String(node.value) : ''
}

/** `this.log` and `log` are both for developers. */
function isForDevelopers(callee) {
  if (callee.type !== 'MemberExpression') return developers.has(nameOf(callee))
  return isForDevelopers(callee.property) || isForDevelopers(callee.object)
}

/** The nearest thing that says what a string is for. `passes`: it is shown to nobody. */
function purposeOf(node, text) {
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at
    if (parent.type === 'JSXAttribute') return { attribute: nameOf(parent.name) }
    if (parent.type === 'Property' && parent.value === at) return { attribute: nameOf(parent.key) }
    if ((parent.type === 'NewExpression' || parent.type === 'CallExpression') && parent.arguments.includes(at)) {
      const { callee } = parent
      const isSelector = callee.type === 'MemberExpression' && selecting.has(nameOf(callee.property))
      return { passes: isForDevelopers(callee) || (isSelector && !looksForWords.test(text)) }
    }
    if (parent.type === 'BinaryExpression' && /^[!=]==?$/u.test(parent.operator)) return { passes: true } // compared
    if (parent.type === 'MemberExpression' && parent.object === at && nameOf(parent.property) === 'split') return { passes: true } // a list
    if (parent.type === 'TSLiteralType' || parent.type.startsWith('Import') || parent.type.startsWith('Export')) return { passes: true }
    if (/Statement|Declaration|Function|JSXElement/u.test(parent.type)) return {}
  }
  return {}
}

const rule = {
  meta: { type: 'problem', schema: [], messages: { text: 'what people read belongs in renderer/data/words/en: "{{text}}"' } },
  create(context) {
    function check(node, text, isWhole) {
      if (isForProgram(text)) return
      const { attribute, passes } = purposeOf(node, text)
      if (passes || technical.has(attribute)) return
      if ((shown.has(attribute) && isWhole ? letters : twoWords).test(wordsIn(text))) context.report({ node, messageId: 'text', data: { text } })
    }
    return {
      JSXText: node => letters.test(node.value) && context.report({ node, messageId: 'text', data: { text: node.value.trim() } }),
      Literal: node => typeof node.value === 'string' && check(node, node.value, true),
      TemplateLiteral: node => check(node, node.quasis.map(({ value }) => value.cooked).join('0'), node.expressions.length === 0),
    }
  },
}

export default { rules: { 'only-in-words': rule } }
