import { Component, type ReactNode } from 'react'
import { Button } from './Button.tsx'
import { uiWords } from './words.ts'
import styles from './ErrorBoundary.module.css'

interface ErrorBoundaryProps {
  /** What has failed, as the user would name it: "This message". */
  what: string
  children: ReactNode
}

/** Keeps a defect in one part of the window from taking the rest with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <div className={styles.failed}>
        <p role="alert">{uiWords().notShown(this.props.what, error)}</p>
        <Button onClick={() => this.setState({ error: null })}>{uiWords().tryAgain}</Button>
      </div>
    )
  }
}
