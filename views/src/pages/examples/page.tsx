/** The Examples page. */

import type { Context } from "../../context";
import type { Drawn } from "../../element";
import { CheckpointSelect, Head, isShown, RunPicker, shownCheckpoint, shownRun } from "../runs";

export function examplesPage(context: Context): Drawn {
  const shown = shownRun(context);
  if (!isShown(shown)) return { content: shown };
  const checkpoint = shownCheckpoint(context, shown.run);
  if (!("all" in checkpoint)) return { content: checkpoint };
  return {
    content: (
      <div class="page">
        <Head title="Examples" context={context} notices={[...shown.notices, ...checkpoint.notices]}>
          <RunPicker context={context} shown={shown} />
          <CheckpointSelect context={context} shown={checkpoint} run={shown.run} />
        </Head>
      </div>
    ),
  };
}
