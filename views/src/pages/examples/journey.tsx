/** One image on its way through the network: along the strip of the blocks, with the head's answer at each of them. */

import { Component, type ComponentChildren, createRef, type JSX } from "preact";
import { HelpFold, Icon } from "../../parts/controls";
import { Picture } from "../../parts/picture";
import { Key, Strip } from "../../parts/strip";
import type { Source } from "../../sources/source";
import { hover } from "../../state";
import { percent } from "../../text";
import { type ClassShown, classesWith, cosineLimits } from "./charts";
import { blockAt, goTo, next, play, still } from "./moves";
import type { Planned, PlanSaid } from "./planned";
import type { Story } from "./story";
import type { Telling } from "./tell";
import { probeSays, saying, told, WAY } from "./words";

export function Journey({ telling }: { telling: Telling }): JSX.Element {
  const { context, story, image, plan } = telling;
  const { state, store, look, home, memory } = context;
  const at = blockAt(state, story.exits);
  const limits = memory.keep("strip limits", [story], () => cosineLimits(story));
  const values = memory.keep("strip values", [story], () => Float32Array.from(story.cosine));
  return (
    <section class="panel journey" id="examples-journey">
      <div class="panel-head">
        <PlayButton telling={telling} />
        <h2 class="panel-title">{WAY.title}</h2>
        <span class="journey-key">
          cosine loss <Key limits={limits} diverging look={look} />
        </span>
        <div class="panel-tools">
          <HelpFold text={WAY} paper={home.paper} />
        </div>
      </div>
      <Way source={home.source} image={image} at={at} size={story.blocks.length}>
        <Strip
          blocks={story.blocks}
          values={values}
          limits={limits}
          diverging
          look={look}
          marked={state.playing ? at : (state.block ?? at)}
          hovered={state.playing ? null : state.hover}
          chosen={NONE}
          onPoint={(block) => store.do(hover(block))}
          onPress={(block) => store.do(goTo(block))}
          onMove={(block) => store.do(goTo(block))}
        />
      </Way>
      <p class="journey-said" role="status" aria-live={state.playing ? "off" : "polite"}>
        {told(story, at)} {probeSays(story, at)}
      </p>
      <PlanSentence story={story} plan={plan} at={at} />
      <Bars story={story} plan={plan} at={at} />
    </section>
  );
}

const NONE: readonly number[] = [];

function PlayButton({ telling }: { telling: Telling }): JSX.Element {
  const { context, story } = telling;
  const { state, store } = context;
  const steps = still();
  const label = steps ? "Next block" : state.playing ? "Pause" : "Play through the last stage";
  return (
    <button
      type="button"
      class="play"
      aria-label={label}
      title={label}
      onClick={() => store.do(steps ? next(story.exits) : play(story.exits))}
    >
      <Icon name={state.playing ? "pause" : "play"} />
    </button>
  );
}

interface WayProps {
  readonly source: Source;
  readonly image: string; // its path
  readonly at: number;
  readonly size: number; // blocks
  readonly children: ComponentChildren;
}

/** The strip, and the image above the block that it is at. */
class Way extends Component<WayProps> {
  private readonly box = createRef<HTMLDivElement>();
  private readonly picture = createRef<HTMLSpanElement>();
  private observer: ResizeObserver | null = null;

  override componentDidMount(): void {
    this.observer = new ResizeObserver(() => this.place());
    this.observer.observe(this.box.current!);
    this.strip()?.addEventListener("scroll", this.place, { passive: true });
    this.bring();
    this.place();
  }
  override componentDidUpdate(before: { at: number }): void {
    if (before.at !== this.props.at) this.bring();
    this.place();
  }
  override componentWillUnmount(): void {
    this.observer?.disconnect();
    this.strip()?.removeEventListener("scroll", this.place);
  }

  private strip(): Element | null {
    return this.box.current?.querySelector(".net") ?? null;
  }
  private block(): Element | null {
    return this.box.current?.querySelector(`[data-block="${this.props.at}"]`) ?? null;
  }
  private readonly place = () => {
    const [box, block, picture] = [this.box.current, this.block(), this.picture.current];
    if (!box || !block || !picture) return;
    const [outer, inner] = [box.getBoundingClientRect(), block.getBoundingClientRect()];
    const middle = inner.left + inner.width / 2 - outer.left - picture.offsetWidth / 2;
    const x = Math.min(outer.width - picture.offsetWidth, Math.max(0, middle));
    picture.style.translate = `${Math.round(x)}px`;
  };
  /** A strip wider than its room is scrolled so that the block is in sight; the page is not. */
  private bring(): void {
    const [strip, block] = [this.strip(), this.block()];
    if (!strip || !block || strip.scrollWidth <= strip.clientWidth) return;
    const [outer, inner] = [strip.getBoundingClientRect(), block.getBoundingClientRect()];
    if (inner.left < outer.left || inner.right > outer.right)
      strip.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  }

  override render(): JSX.Element {
    const { source, image, size, children } = this.props;
    return (
      <div class="way" ref={this.box} data-many={size > 30 ? "" : undefined}>
        <span class="traveller" ref={this.picture}>
          <Picture source={source} path={image} size={32} alt="" />
        </span>
        {children}
      </div>
    );
  }
}

function PlanSentence({ story, plan, at }: { story: Story; plan: Planned | null; at: number }): JSX.Element | null {
  if (!plan) return null;
  const row = story.exits.indexOf(at);
  const said = plan.said?.[row];
  const before = plan.said?.[row - 1] ?? null;
  const words = plan.refused
    ? `The plan is not shown: ${plan.refused}`
    : row < 0
      ? "With the plan: –"
      : plan.said === null
        ? "With the plan: measuring …"
        : said
          ? `With the plan: ${saying(story, said, before)}.`
          : "With the plan: none of these blocks has run yet.";
  return <p class="journey-said with-plan">{words}</p>;
}

/** The probabilities of the label and the top classes at a block; beside them, a plan's of its answer and the label. */
function Bars({ story, plan, at }: { story: Story; plan: Planned | null; at: number }): JSX.Element {
  const row = story.exits.indexOf(at);
  const shares = story.probabilities[row];
  const said = plan?.said?.[row] ?? null;
  const answer = story.answers[row];
  const shown = classesWith(story, [answer ?? -1, said?.answer ?? -1]);
  const rest =
    shares && shares.length > shown.length ? 1 - shown.reduce((sum, one) => sum + shares[one.index]!, 0) : null;
  return (
    <ul class="bars" aria-label={row < 0 ? "Class probabilities" : `Class probabilities after block ${at}`}>
      {shown.map((one) => (
        <Bar
          key={one.index}
          shown={one}
          share={shares?.[one.index] ?? null}
          planned={plan ? planShare(said, one) : undefined}
          answer={one.index === answer}
        />
      ))}
      <li class="bar rest">
        <span class="bar-name">all others</span>
        <span class="bar-tracks" />
        <span class="bar-share">{percent(rest === null ? null : Math.max(0, rest), 0)}</span>
        {plan && <span class="bar-share with-plan">–</span>}
      </li>
    </ul>
  );
}

/** What is known of a class under the plan: it is the plan's answer, or the label. */
function planShare(said: PlanSaid | null, { index, label }: ClassShown): number | null {
  if (!said) return null;
  return said.answer === index ? said.probability : label ? said.label : null;
}

function Bar(properties: {
  shown: ClassShown;
  share: number | null;
  planned: number | null | undefined; // undefined: there is no plan
  answer: boolean;
}): JSX.Element {
  const { shown, share, planned, answer } = properties;
  const width = (value: number | null) => `width: ${100 * (value !== null && Number.isFinite(value) ? value : 0)}%`;
  return (
    <li class="bar" data-answer={answer ? "" : undefined}>
      <span class="bar-name" title={shown.name}>
        {shown.name}
        {shown.label ? " (label)" : ""}
      </span>
      <span class="bar-tracks">
        <span class="bar-fill" style={`${width(share)}; background: ${shown.colour}`} />
        {planned !== undefined && <span class="bar-fill planned" style={width(planned)} />}
      </span>
      <span class="bar-share">{percent(share, 0)}</span>
      {planned !== undefined && <span class="bar-share with-plan">{percent(planned, 0)}</span>}
    </li>
  );
}
