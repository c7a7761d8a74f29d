import type { WebContents } from 'electron'
import type { ScriptedPage } from '../host-shared/program.ts'

/** A page as `--screenshot` needs it. */
export function scriptedPage(contents: WebContents): ScriptedPage {
  return {
    evaluate: (expression: string): Promise<unknown> => contents.executeJavaScript(expression),
    async click(x, y) {
      // whole pixels (https://electronjs.org/docs/api/structures/mouse-input-event)
      const point = { x: Math.round(x), y: Math.round(y) }
      contents.sendInputEvent({ type: 'mouseMove', ...point })
      contents.sendInputEvent({ type: 'mouseDown', button: 'left', clickCount: 1, ...point })
      contents.sendInputEvent({ type: 'mouseUp', button: 'left', clickCount: 1, ...point })
    },
  }
}
