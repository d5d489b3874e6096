/** Chooses among many: a list that is searched by typing, with what tells the entries apart. */

import { Component, createRef, type JSX } from "preact";
import { visible } from "../text";
import { Icon } from "./controls";

export interface Entry {
  readonly value: string;
  readonly label: string;
  readonly details: readonly string[]; // columns
}

interface PickerProps {
  readonly label: string;
  readonly entries: readonly Entry[];
  readonly chosen: readonly string[];
  /** At most as many; 1: a choice replaces the one before. */
  readonly most: number;
  readonly placeholder: string;
  readonly onChoose: (chosen: readonly string[]) => void;
}

interface PickerState {
  readonly open: boolean;
  readonly text: string;
  readonly active: number;
}

const SHOWN = 200; // entries; the rest is found by typing

export class Picker extends Component<PickerProps, PickerState> {
  override state: PickerState = { open: false, text: "", active: 0 };
  private readonly root = createRef<HTMLDivElement>();
  private readonly field = createRef<HTMLInputElement>();
  private readonly opener = createRef<HTMLButtonElement>();

  /** Entries with all the words that are typed; those that are called so first. */
  private found(): readonly Entry[] {
    const typed = this.state.text.trim().toLowerCase();
    const words = typed.split(/\s+/).filter(Boolean);
    const called = (entry: Entry) => entry.label.toLowerCase().includes(typed);
    const all = this.props.entries.filter((entry) => {
      const text = [entry.label, ...entry.details, entry.value].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return [...all.filter(called), ...all.filter((entry) => !called(entry))].slice(0, SHOWN);
  }

  private readonly open = () => {
    const active = this.props.entries.findIndex((entry) => this.props.chosen.includes(entry.value));
    this.setState({ open: true, text: "", active: Math.max(0, active) }, () => {
      this.field.current?.focus();
      this.reveal();
    });
  };
  private readonly close = (focus: boolean) => {
    this.setState({ open: false });
    if (focus) this.opener.current?.focus();
  };
  private reveal(): void {
    this.root.current?.querySelector('[data-active=""]')?.scrollIntoView({ block: "nearest" });
  }

  private take(entry: Entry | undefined): void {
    if (!entry) return;
    const { chosen, most, onChoose } = this.props;
    if (most === 1) {
      this.close(true);
      if (!chosen.includes(entry.value)) onChoose([entry.value]);
    } else if (chosen.includes(entry.value)) onChoose(chosen.filter((value) => value !== entry.value));
    else if (chosen.length < most) onChoose([...chosen, entry.value]);
  }

  private readonly key = (event: KeyboardEvent) => {
    event.stopPropagation(); // the page has these keys too
    const found = this.found();
    const { active } = this.state;
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: found.length - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      this.setState({ active: Math.min(found.length - 1, Math.max(0, next)) }, () => this.reveal());
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.take(found[active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close(true);
    }
  };

  private readonly left = (event: FocusEvent) => {
    if (!this.root.current?.contains(event.relatedTarget as Node | null)) this.close(false);
  };

  override render(): JSX.Element {
    const { label, entries, chosen, most, placeholder } = this.props;
    const { open, text, active } = this.state;
    const named = entries.filter((entry) => chosen.includes(entry.value));
    const found = open ? this.found() : [];
    const id = `picker-${label.toLowerCase().replace(/[^a-z]+/g, "-")}`;
    return (
      <div class="picker" ref={this.root} onFocusOut={this.left}>
        <button
          type="button"
          class="picker-value"
          ref={this.opener}
          aria-haspopup="listbox"
          aria-expanded={open}
          aria-label={`${label}: ${named.map((entry) => visible(entry.label)).join(", ") || placeholder}`}
          onClick={() => (open ? this.close(true) : this.open())}
        >
          <span>{named.map((entry) => visible(entry.label)).join(", ") || placeholder}</span>
          <span aria-hidden="true">▾</span>
        </button>
        {open && (
          <div class="picker-list">
            <input
              ref={this.field}
              type="text"
              role="combobox"
              aria-label={`Search: ${label}`}
              aria-expanded="true"
              aria-controls={id}
              aria-activedescendant={found[active] ? `${id}-${active}` : undefined}
              placeholder="Type to search"
              value={text}
              onInput={(event) => this.setState({ text: event.currentTarget.value, active: 0 })}
              onKeyDown={this.key}
            />
            <div id={id} role="listbox" aria-label={label} aria-multiselectable={most > 1} tabIndex={-1}>
              {found.map((entry, i) => (
                <div
                  key={entry.value}
                  id={`${id}-${i}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={chosen.includes(entry.value)}
                  data-active={i === active ? "" : undefined}
                  data-value={entry.value}
                  onPointerDown={(event) => event.preventDefault()}
                  onClick={() => this.take(entry)}
                  onKeyDown={this.key}
                >
                  <span class="picker-check">{chosen.includes(entry.value) ? "✓" : ""}</span>
                  <span class="picker-name">{visible(entry.label)}</span>
                  {entry.details.map((detail) => (
                    <span key={detail} class="picker-detail">
                      {visible(detail)}
                    </span>
                  ))}
                </div>
              ))}
              {!found.length && <p class="hint">Nothing matches “{visible(text)}”.</p>}
            </div>
            {most > 1 && chosen.length > 0 && (
              <button type="button" class="chip" onClick={() => this.props.onChoose([])}>
                <Icon name="close" size={10} /> Clear
              </button>
            )}
          </div>
        )}
      </div>
    );
  }
}
