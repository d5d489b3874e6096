/** The inspector: the numbers of the block in focus, and what can be done to it. */

import { Component, createRef, type JSX } from "preact";
import { Chip, Labelled } from "../../parts/controls";
import { type Item, MAX_STEPS, numberText } from "../../plan";
import { type Action, COLOURS } from "../../state";
import { plural, signed } from "../../text";
import { freshOf, type View } from "./data";
import { drop, give, moveItem, repeatItem } from "./edits";
import { shapeText, valuesOf } from "./network";

const FACTS = { cosine: "cosine loss", ratio: "ℓ2 ratio", drop: "when dropped" } as const;

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  readonly placeholder: string;
  readonly step: number;
  readonly min?: number;
  readonly max?: number;
  readonly disabled: boolean;
  readonly onGive: (value: number) => void;
}

/** A number that is typed or stepped. While it has the focus, what was typed stays as it is. */
class NumberField extends Component<NumberFieldProps> {
  private readonly field = createRef<HTMLInputElement>();

  override componentDidMount(): void {
    this.show();
  }
  override componentDidUpdate(): void {
    this.show();
  }
  private show(): void {
    const field = this.field.current!;
    if ((field.getRootNode() as ShadowRoot).activeElement === field) return;
    field.value = this.props.value === null ? "" : numberText(this.props.value);
  }

  override render(): JSX.Element {
    const { label, placeholder, step, min, max, disabled, onGive } = this.props;
    return (
      <Labelled label={label}>
        <input
          type="number"
          class="field inspector-field"
          ref={this.field}
          data-field={label}
          step={step}
          min={min}
          max={max}
          placeholder={placeholder}
          disabled={disabled}
          onInput={({ currentTarget: { valueAsNumber: value } }) => {
            if (Number.isFinite(value) && (min === undefined || value >= min)) onGive(value);
          }}
          onBlur={() => this.show()}
        />
      </Labelled>
    );
  }
}

export function Inspector({ view }: { view: View }): JSX.Element {
  const { focus } = view;
  return (
    // biome-ignore lint/a11y/useSemanticElements: not a form
    <div id="interventions-inspector" class="inspector" role="group" aria-label="Selected block">
      {focus ? (
        <Inspected view={view} item={focus} />
      ) : (
        <p class="hint">
          Click a block to inspect it, or its number to drop it. Drag a block onto another to swap them. Drag its handle
          up to repeat it, sideways to scale it. Drag across empty space to drop several. “?” lists the keys.
        </p>
      )}
    </div>
  );
}

function Inspected({ view, item }: { view: View; item: Item }): JSX.Element {
  const { context, blocks, network, steps, last } = view;
  const { store, state } = context;
  const { stage, is_projection } = blocks[item.block]!;
  const kind = [
    `stage ${stage + 1}`,
    shapeText(last.metrics?.shapes ?? null, item.block),
    is_projection ? "projection" : "identity skip",
  ];
  const act = (action: Action) => () => store.do(action);
  const { selected } = state;
  const off = selected.every((key) => view.items.find((each) => each.key === key)?.off);
  const next = item.at === null ? undefined : steps[item.at + 1];
  const still = item.times === 0;
  return (
    <div class="inspector-panel">
      <div class="inspector-name">
        <strong class="inspector-title">
          Block {item.block}
          {item.again ? " again" : ""}
        </strong>
        <span class="control-label">{kind.filter(Boolean).join(" · ")}</span>
      </div>
      <Facts view={view} block={item.block} />
      <div class="inspector-acts">
        <Chip title="Key: D" onPress={act(drop(network, [item.key]))}>
          {item.off ? "Restore" : item.again ? "Remove" : "Drop"}
        </Chip>
        {selected.length > 1 && (
          <Chip onPress={act(drop(network, selected))}>
            {off ? "Restore" : "Drop"} {selected.length} blocks
          </Chip>
        )}
        <NumberField
          key={`times ${item.key}`}
          label="times"
          value={item.times || null}
          placeholder=""
          step={1}
          min={1}
          max={MAX_STEPS}
          disabled={still}
          onGive={(times) => store.do(give(network, item.key, { times }))}
        />
        <NumberField
          key={`scale ${item.key}`}
          label="α"
          value={still ? null : item.scale}
          placeholder={still ? "" : "auto"}
          step={0.05}
          disabled={still}
          onGive={(scale) => store.do(give(network, item.key, { scale }))}
        />
        <Chip title="Key: R" disabled={still} onPress={act(repeatItem(network, item.key))}>
          {next?.block === item.block ? "Don’t repeat" : "Repeat ×20, α = 0.1"}
        </Chip>
        <Chip title="Key: Alt ←" disabled={still} onPress={act(moveItem(network, item.key, -1))}>
          ← Earlier
        </Chip>
        <Chip title="Key: Alt →" disabled={still} onPress={act(moveItem(network, item.key, 1))}>
          Later →
        </Chip>
      </div>
    </div>
  );
}

function Facts({ view, block }: { view: View; block: number }): JSX.Element {
  const measured = freshOf(view);
  return (
    <dl class="inspector-facts" title="Measured on the untouched network">
      {COLOURS.map((colour) => {
        const value = valuesOf(measured, colour)[block];
        const dropped = colour === "drop";
        const hint = dropped
          ? value === undefined
            ? "Choose the colour “Drop” to measure it"
            : `Change in accuracy when only this block is dropped, on ${plural(measured.drop?.samples ?? 0, "image")}`
          : "";
        return (
          <div key={colour} class="inspector-fact" title={hint || undefined}>
            <dt>{FACTS[colour]}</dt>
            <dd>{dropped && value !== undefined ? `${signed(value, 1)} points` : signed(value, 3)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
