/** An image of a data set, wherever it comes from. */

import { Component, type JSX } from "preact";
import type { Source } from "../sources/source";

interface PictureProps {
  readonly source: Source;
  readonly path: string;
  readonly size: number; // px
  readonly alt: string;
  readonly class?: string;
}

const AGAIN = 3000; // ms until a picture that failed is asked for again
const TRIES = 5;

export class Picture extends Component<PictureProps, { address: string }> {
  override state = { address: "" };
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    this.load();
  }
  override componentDidUpdate(before: PictureProps): void {
    if (before.path === this.props.path && before.source === this.props.source) return;
    this.tries = 0;
    this.load();
  }
  override componentWillUnmount(): void {
    clearTimeout(this.timer);
  }

  private load(): void {
    const { path, source } = this.props;
    clearTimeout(this.timer);
    const found = source.image(path);
    this.setState({ address: typeof found === "string" ? found : "" });
    if (typeof found === "string") return;
    const mine = () => this.props.path === path;
    found.then(
      (address) => mine() && this.setState({ address }),
      () => mine() && this.failed(),
    );
  }

  /** A grey place; it is tried again a few times, as after a restart. */
  private readonly failed = (): void => {
    this.setState({ address: "" });
    this.tries += 1;
    if (this.tries < TRIES) this.timer = setTimeout(() => this.load(), AGAIN);
  };

  override render(): JSX.Element {
    const { size, alt, class: style } = this.props;
    const { address } = this.state;
    return address ? (
      <img
        class={style ?? ""}
        src={address}
        alt={alt}
        width={size}
        height={size}
        decoding="async"
        onError={this.failed}
      />
    ) : (
      <span
        class={`no-picture ${style ?? ""}`}
        role="img"
        aria-label={alt}
        style={`width: ${size}px; height: ${size}px`}
      />
    );
  }
}
