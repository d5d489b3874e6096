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

export class Picture extends Component<PictureProps, { address: string }> {
  override state = { address: "" };

  override componentDidMount(): void {
    this.load();
  }
  override componentDidUpdate(before: PictureProps): void {
    if (before.path !== this.props.path || before.source !== this.props.source) this.load();
  }

  private load(): void {
    const { path, source } = this.props;
    const found = source.image(path);
    if (typeof found === "string") this.setState({ address: found });
    else {
      found.then(
        (address) => this.props.path === path && this.setState({ address }),
        () => this.setState({ address: "" }),
      );
    }
  }

  override render(): JSX.Element {
    const { size, alt, class: style } = this.props;
    const { address } = this.state;
    return address ? (
      <img class={style ?? ""} src={address} alt={alt} width={size} height={size} decoding="async" />
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
