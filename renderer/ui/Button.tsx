import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './Button.module.css'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary` is the one main action of a view; `quiet` stands in toolbars; `outline` elsewhere; `danger` cannot be undone. */
  look?: 'primary' | 'quiet' | 'outline' | 'danger'
  icon?: ReactNode
  ref?: Ref<HTMLButtonElement>
}

export function Button({ look = 'outline', icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={[styles.button, styles[look], children ? '' : styles.square, className].filter(Boolean).join(' ')} {...rest}>
      {icon}
      {children}
    </button>
  )
}
