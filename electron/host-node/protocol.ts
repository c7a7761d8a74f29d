/**
 * The part of the Chrome DevTools Protocol this host uses: method -> [parameters, result], and the events it hears.
 * Source: https://chromedevtools.github.io/devtools-protocol/tot/. Adding a line here is using one call more.
 */
export interface TargetInfo {
  targetId: string
  type: string
  url: string
  openerId?: string
}

interface Nothing {
  [key: string]: never
}

export interface CdpCalls {
  'Browser.getVersion': [Nothing, { product: string }]
  'Browser.close': [Nothing, Nothing]
  'Browser.setDownloadBehavior': [{ behavior: 'deny' }, Nothing]
  'Browser.getWindowForTarget': [{ targetId: string }, { windowId: number }]
  'Browser.setWindowBounds': [{ windowId: number; bounds: { width: number; height: number } }, Nothing]
  'Target.setAutoAttach': [{ autoAttach: boolean; waitForDebuggerOnStart: boolean; flatten: boolean }, Nothing]
  'Target.createTarget': [{ url: string; newWindow?: boolean; hidden?: boolean; width?: number; height?: number }, { targetId: string }]
  'Target.closeTarget': [{ targetId: string }, Nothing]
  'Inspector.enable': [Nothing, Nothing]
  'Page.enable': [Nothing, Nothing]
  'Page.navigate': [{ url: string }, { errorText?: string }]
  'Page.reload': [Nothing, Nothing]
  'Page.crash': [Nothing, Nothing]
  'Page.close': [Nothing, Nothing]
  'Page.setBypassCSP': [{ enabled: boolean }, Nothing]
  'Page.bringToFront': [Nothing, Nothing]
  'Page.addScriptToEvaluateOnNewDocument': [{ source: string; worldName?: string }, { identifier: string }]
  'Page.captureScreenshot': [{ format: 'png' }, { data: string }]
  'Page.handleJavaScriptDialog': [{ accept: boolean }, Nothing]
  'Runtime.enable': [Nothing, Nothing]
  'Runtime.addBinding': [{ name: string; executionContextName?: string }, Nothing]
  'Runtime.runIfWaitingForDebugger': [Nothing, Nothing]
  'Runtime.evaluate': [
    { expression: string; returnByValue?: boolean; awaitPromise?: boolean },
    { result: { value?: unknown }; exceptionDetails?: { text: string; exception?: { description?: string } } },
  ]
  'Runtime.callFunctionOn': [
    { functionDeclaration: string; executionContextId: number; arguments: { value: string }[]; silent?: boolean },
    { exceptionDetails?: { text: string } },
  ]
  'HeapProfiler.collectGarbage': [Nothing, Nothing]
  'Emulation.setEmulatedMedia': [{ features: { name: string; value: string }[] }, Nothing]
  'Emulation.setDeviceMetricsOverride': [{ width: number; height: number; deviceScaleFactor: number; mobile: boolean }, Nothing]
  'Input.dispatchMouseEvent': [
    { type: 'mouseMoved' | 'mousePressed' | 'mouseReleased'; x: number; y: number; button?: 'left'; clickCount?: number },
    Nothing,
  ]
  'Fetch.enable': [{ patterns: { urlPattern: string }[] }, Nothing]
  'Fetch.fulfillRequest': [{ requestId: string; responseCode: number; responseHeaders: { name: string; value: string }[]; body: string }, Nothing]
  'Fetch.failRequest': [{ requestId: string; errorReason: 'BlockedByClient' | 'AddressUnreachable' | 'Aborted' | 'Failed' }, Nothing]
}

export interface CdpEvents {
  'Target.attachedToTarget': { sessionId: string; targetInfo: TargetInfo; waitingForDebugger: boolean }
  'Target.detachedFromTarget': { sessionId: string }
  'Inspector.targetCrashed': Record<string, never>
  'Runtime.executionContextCreated': {
    context: { id: number; origin: string; auxData?: { isDefault?: boolean; frameId?: string } }
  }
  'Runtime.executionContextDestroyed': { executionContextId: number }
  'Runtime.executionContextsCleared': Record<string, never>
  'Runtime.bindingCalled': { name: string; payload: string; executionContextId: number }
  'Fetch.requestPaused': { requestId: string; request: { url: string; method: string }; frameId: string; resourceType: string }
  'Page.loadEventFired': { timestamp: number }
  'Page.windowOpen': { url: string }
  'Page.javascriptDialogOpening': { type: string }
}
