/** The plan as text: it is read while one types, and at once on Enter or when the field is left. */

import { Component, createRef, type JSX } from "preact";
import { type Block, PlanTextError, parse, type Step } from "../../plan";
import type { Store } from "../../store";
import { replan } from "./edits";

interface PlanTextProps {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly store: Store;
}

const TYPING = 500; // ms after the last key before a typed plan runs

/** The field keeps its own text while one types, so that nothing is lost that can't be read yet. */
export class PlanText extends Component<PlanTextProps, { readonly error: string }> {
  override state = { error: "" };
  private readonly field = createRef<HTMLTextAreaElement>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private typed = false;

  override componentDidMount(): void {
    this.show();
  }
  override componentDidUpdate(old: PlanTextProps): void {
    if (old.text !== this.props.text) this.show();
  }
  override componentWillUnmount(): void {
    clearTimeout(this.timer);
  }

  private show(): void {
    const field = this.field.current!;
    const root = field.getRootNode() as ShadowRoot;
    if (this.typed && root.activeElement === field) return;
    this.typed = false;
    field.value = this.props.text;
    if (this.state.error) this.setState({ error: "" });
  }

  /** The plan in the field; null where it can't be read, and that is said. */
  private read(): Step[] | null {
    try {
      const steps = parse(this.field.current!.value, this.props.blocks.length);
      this.setState({ error: "" });
      return steps;
    } catch (error) {
      if (!(error instanceof PlanTextError)) throw error;
      this.setState({ error: error.message });
      return null;
    }
  }
  private take(steps: readonly Step[]): void {
    this.props.store.do(replan(this.props.blocks, steps));
  }

  private readonly input = (event: InputEvent) => {
    clearTimeout(this.timer);
    this.typed = true;
    const steps = this.read();
    const pause = event.inputType === "insertFromPaste" ? 0 : TYPING;
    if (steps) this.timer = setTimeout(() => this.take(steps), pause);
  };
  private readonly end = () => {
    clearTimeout(this.timer);
    const steps = this.typed ? this.read() : null;
    if (!steps) return;
    this.typed = false;
    this.take(steps);
    this.show(); // as it is written here
  };
  private readonly key = (event: KeyboardEvent) => {
    const { store } = this.props;
    const key = event.key.toLowerCase();
    if (key === "enter") this.end();
    else if (key === "escape") {
      clearTimeout(this.timer);
      this.typed = false;
      this.show();
    } else if ((event.ctrlKey || event.metaKey) && !event.altKey && !this.typed && (key === "z" || key === "y")) {
      if (key === "y" || event.shiftKey)
        store.redo(); // the field has nothing of its own to undo
      else store.undo();
    } else return;
    event.preventDefault();
  };

  override render(): JSX.Element {
    const { error } = this.state;
    return (
      <div class="plan-field">
        <textarea
          id="interventions-plan-text"
          class="plan-text"
          ref={this.field}
          rows={1}
          spellcheck={false}
          aria-label="Plan"
          aria-invalid={error !== ""}
          aria-describedby="interventions-plan-error"
          onInput={this.input}
          onKeyDown={this.key}
          onBlur={this.end}
        />
        <span id="interventions-plan-error" class="plan-error" role="alert">
          {error}
        </span>
      </div>
    );
  }
}
