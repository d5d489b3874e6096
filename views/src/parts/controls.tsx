/** Controls: native ones where there are, so that keys and screen readers work as everywhere. */

import type { ComponentChildren, JSX } from "preact";
import { visible } from "../text";

export interface Option<T extends string = string> {
  readonly value: T;
  readonly label: string;
  readonly title?: string;
}

export function Labelled({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is its child
    <label class="control">
      <span class="control-label">{label}</span>
      {children}
    </label>
  );
}

export interface SelectProps<T extends string> {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly value: T | "";
  readonly onChoose: (value: T) => void;
  /** A first option that stands for no choice. */
  readonly none?: string;
  readonly disabled?: boolean;
  readonly hidden?: boolean; // of the label
  /** For long options. */
  readonly wide?: boolean;
}

export function Select<T extends string>(properties: SelectProps<T>): JSX.Element {
  const { label, options, value, onChoose, none, disabled, hidden, wide } = properties;
  const select = (
    <select
      class={wide ? "select wide" : "select"}
      value={value}
      disabled={disabled ?? false}
      aria-label={label}
      onChange={(event) => onChoose(event.currentTarget.value as T)}
    >
      {none !== undefined && <option value="">{none}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value} selected={option.value === value}>
          {visible(option.label)}
        </option>
      ))}
    </select>
  );
  return hidden ? select : <Labelled label={label}>{select}</Labelled>;
}

let groups = 0;
const names = new Map<string, string>();
/** The name that the radio buttons of one group share. */
function groupName(label: string): string {
  if (!names.has(label)) names.set(label, `choice-${++groups}`);
  return names.get(label)!;
}

export function Segmented<T extends string>(properties: {
  label: string;
  options: readonly Option<T>[];
  value: T;
  onChoose: (value: T) => void;
  disabled?: boolean;
}): JSX.Element {
  const { label, options, value, onChoose, disabled } = properties;
  const name = groupName(label);
  return (
    <div class="segmented" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value} title={option.title} data-on={option.value === value ? "" : undefined}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={disabled ?? false}
            onChange={() => onChoose(option.value)}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}

export function Switch(properties: {
  label: string;
  on: boolean;
  onSwitch: (on: boolean) => void;
  disabled?: boolean;
}): JSX.Element {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={properties.on}
        aria-checked={properties.on}
        disabled={properties.disabled ?? false}
        onChange={(event) => properties.onSwitch(event.currentTarget.checked)}
      />
      {properties.label}
    </label>
  );
}

export function Chip(properties: {
  children: ComponentChildren;
  onPress: () => void;
  title?: string;
  label?: string;
  pressed?: boolean;
  disabled?: boolean;
  quiet?: boolean;
}): JSX.Element {
  const { children, onPress, title, label, pressed, disabled, quiet } = properties;
  return (
    <button
      type="button"
      class={quiet ? "chip quiet" : "chip"}
      onClick={onPress}
      disabled={disabled ?? false}
      title={title}
      aria-label={label}
      aria-pressed={pressed}
    >
      {children}
    </button>
  );
}

/** A small pop-up; a press elsewhere or Escape closes it (element.ts). */
export function Fold(properties: {
  sign: ComponentChildren;
  label: string;
  kind: "help" | "menu";
  children: ComponentChildren;
}): JSX.Element {
  return (
    <details class={`fold ${properties.kind}`}>
      <summary class="fold-sign" title={properties.label} aria-label={properties.label}>
        {properties.sign}
      </summary>
      <div class="fold-content">{properties.children}</div>
    </details>
  );
}

/** The texts of a panel. */
export interface Help {
  readonly title: string;
  readonly help: string; // one sentence or two
  readonly formula?: string;
  readonly section?: string; // of the paper
  readonly figures?: readonly number[]; // of the paper
}

export const PAPER = "arXiv:1710.04773";

export function HelpFold({ text, paper }: { text: Help; paper: ((figure: number) => string) | null }): JSX.Element {
  const { section, figures = [] } = text;
  const kind = /^\d/.test(section ?? "") ? "section" : "appendix";
  return (
    <Fold sign="?" label={`What is “${text.title}”?`} kind="help">
      <p>{text.help}</p>
      {text.formula && <code class="formula">{text.formula}</code>}
      {(section || figures.length > 0) && (
        <p class="in-the-paper">
          {section ? `${PAPER}, ${kind} ${section}` : PAPER}
          {figures.map((figure, i) => (
            <span key={figure}>
              {i ? ", " : " · "}
              {paper ? <a href={paper(figure)}>Figure {figure}</a> : `Figure ${figure}`}
            </span>
          ))}
        </p>
      )}
    </Fold>
  );
}

export function Icon({ name, size = 16 }: { name: keyof typeof ICONS; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}
const ICONS = {
  play: "M5 3.2v9.6l8-4.8z",
  pause: "M4.5 3h2.6v10H4.5zM8.9 3h2.6v10H8.9z",
  save: "M7.2 2h1.6v6l2.3-2.3 1.1 1.1L8 11 3.8 6.800l1.1-1.1L7.2 8zM3 12.400h10V14H3z",
  pin: "M6 2h4v1l-.6.600.5 4.200 1.900 1.700v1H8.700V14h-1.400v-3.500H4.200v-1l1.900-1.700.5-4.200L6 3z",
  dice: "M3.500 2h9A1.500 1.500 0 0 1 14 3.500v9a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 12.500v-9A1.500 1.500 0 0 1 3.500 2zM5.500 4.300a1.200 1.200 0 1 0 0 2.400 1.200 1.200 0 0 0 0-2.400zm5 5a1.200 1.200 0 1 0 0 2.400 1.200 1.200 0 0 0 0-2.400z",
  close: "M4 3 8 7l4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z",
} as const;

/** Something that went wrong or can't be done; it stays until it is dismissed or solved. */
export function Notice(properties: {
  kind: "warn" | "bad" | "plain";
  title?: string;
  children: ComponentChildren;
  onDismiss?: () => void;
  onAgain?: () => void;
}): JSX.Element {
  const { kind, title, children, onDismiss, onAgain } = properties;
  return (
    <div class={`notice ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      <div>
        {title && <strong>{title}</strong>} {children}
      </div>
      {onAgain && <Chip onPress={onAgain}>Try again</Chip>}
      {onDismiss && (
        <button type="button" class="dismiss" aria-label="Dismiss" onClick={onDismiss}>
          <Icon name="close" size={12} />
        </button>
      )}
    </div>
  );
}

export function Progress({ share, label }: { share: number; label: string }): JSX.Element {
  return <progress class="progress" max="1" value={share} aria-label={label} />;
}

/** A page or panel without content: the cause, and what to do. */
export function Empty({
  title,
  children,
  actions,
}: {
  title: string;
  children: ComponentChildren;
  actions?: ComponentChildren;
}) {
  return (
    <div class="empty" role="status">
      <div class="empty-mark" aria-hidden="true" />
      <h1>{title}</h1>
      <p>{children}</p>
      {actions && <div class="empty-actions">{actions}</div>}
    </div>
  );
}
