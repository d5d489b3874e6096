/** A figure's request, to be copied as cURL or Python. */

export interface Request {
  readonly path: string; // of the REST interface
  readonly body?: unknown; // of a POST
}

export interface Snippet {
  readonly requests: readonly Request[];
  /** Draws the curves of GET /runs/{id}/metrics; the answers of measurements come as figures. */
  readonly draw?: string;
}

interface Service {
  readonly address: string;
  readonly guarded: boolean; // asks for a token
}

const quoted = (text: string) => `'${text.replace(/'/g, "'\\''")}'`;
const FIGURE = "application/vnd.plotly.v1+json";

/** A command on the service's own store, wherever it is typed; without the option until the store is known. */
export const inHome = (command: string, home: string | undefined): string =>
  home === undefined ? command : `${command} --home ${/^[\w@%+=:,./-]+$/.test(home) ? home : quoted(home)}`;

export function asCurl({ requests }: Snippet, service: Service): string {
  const token = service.guarded ? ' -H "Authorization: Bearer $ITERSCOPE_TOKEN"' : "";
  return requests
    .map(({ path, body }) => {
      const data = body === undefined ? "" : ` -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`;
      return `curl -s ${quoted(service.address + path)}${token}${data}\n`;
    })
    .join("");
}

/** A JSON value as Python writes it. */
function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value)
      .map(([name, each]) => `${python(name)}: ${python(each)}`)
      .join(", ")}}`;
  }
  return JSON.stringify(value);
}

export function asPython(snippet: Snippet, service: Service, here: string): string {
  const guarded = service.guarded ? `, "Authorization": f"Bearer {os.environ['ITERSCOPE_TOKEN']}"` : "";
  const accept = snippet.draw ? "application/json" : FIGURE;
  const requests = snippet.requests.map(
    ({ path, body }) => `    (${python(service.address + path)}, ${python(body)}),\n`,
  );
  return [
    ...(here ? [`# ${here}`] : []),
    "import json",
    ...(service.guarded ? ["import os"] : []),
    "from urllib.request import Request, urlopen",
    "",
    snippet.draw ? "import plotly.graph_objects as go" : "import plotly.io as pio",
    "",
    `requests = [\n${requests.join("")}]`,
    `headers = {"Accept": "${accept}", "Content-Type": "application/json"${guarded}}`,
    "answers = [",
    "    urlopen(Request(address, json.dumps(body).encode() if body else None, headers)).read()",
    "    for address, body in requests",
    "]",
    ...(snippet.draw
      ? ["figure = go.Figure()", snippet.draw.trim(), "figure.show()"]
      : ["figures = [pio.from_json(answer) for answer in answers]", "for figure in figures:", "    figure.show()"]),
    "",
  ].join("\n");
}

/** Draws one metric of some splits over the blocks, at one epoch for each run; or its differences from the last of the runs. */
export const byBlock = (
  metric: string,
  splits: readonly string[],
  unit: number,
  epochs: readonly number[],
  difference: boolean,
): string => `
def curves(answer, epoch):
    found = {}
    for series in answer["series"]:
        rows = [row for logged, row in zip(series["epochs"], series["values"]) if logged <= epoch]
        if series["metric"] == "${metric}" and series["split"] in ${python(splits)} and rows:
            found[series["split"]] = [None if value is None else ${unit} * value for value in rows[-1]]
    return found

shown = [(json.loads(answer), epoch) for answer, epoch in zip(answers, [${epochs.join(", ")}])]
${difference ? "pinned = curves(*shown.pop())\n" : ""}for answer, epoch in shown:
    for split, values in curves(answer, epoch).items():
${
  difference
    ? `        pairs = zip(values, pinned.get(split, []))
        values = [None if None in pair else pair[0] - pair[1] for pair in pairs]
`
    : ""
}        figure.add_scatter(x=list(range(len(values))), y=values, name=f"{answer['run']}, epoch {epoch}, {split}")
figure.update_layout(xaxis_title="block", yaxis_title="${metric}${difference ? " − pinned" : ""}")`;

/** Draws one metric over the epochs, as lines or as a map. */
export const overEpochs = (metric: string, split: string, unit: number, map: boolean): string => `
answer = json.loads(answers[0])
(series,) = (s for s in answer["series"] if (s["metric"], s["split"]) == ("${metric}", "${split}"))
columns = [[None if value is None else ${unit} * value for value in column] for column in zip(*series["values"])]
${
  map
    ? `figure.add_heatmap(x=series["epochs"], y=list(range(len(columns))), z=columns)
figure.update_layout(xaxis_title="epoch", yaxis_title="block")`
    : `for block, values in enumerate(columns):
    figure.add_scatter(x=series["epochs"], y=values, name=f"block {block}")
figure.update_layout(xaxis_title="epoch", yaxis_title="${metric}")`
}`;

/** Draws numbers of the whole network over the epochs. */
export const scalars = (names: readonly string[], unit: number, title: string): string => `
for answer in map(json.loads, answers):
    for scalar in answer["scalars"]:
        if f"{scalar['name']}/{scalar['split']}" in ${python(names)}:
            values = [None if value is None else ${unit} * value for value in scalar["values"]]
            figure.add_scatter(x=scalar["epochs"], y=values, name=f"{answer['run']}, {scalar['split']}")
figure.update_layout(xaxis_title="epoch", yaxis_title="${title}")`;
