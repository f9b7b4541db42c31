// Collectives of measurements documents, against the curves of a calibration.
import { growth as signed, percent } from "../../format";
import { keyFigure, keyFigures, type Section } from "../../page";
import { Colors } from "../../palette";
import { scatter } from "../../scatter";
import { figures, table } from "../../table";
import { setsOf } from "./model";

interface CollectiveSet {
  set: string;
  n: number;
  mape: number;
  median: number;
  p90: number;
  max: number;
  bias: number;
  extrapolated: number;
}

export function collectivesAnswer(result: any): HTMLElement | undefined {
  const { all } = setsOf<CollectiveSet>(result, "measurements");
  if (!all) return undefined;
  return keyFigures(
    keyFigure(
      "Mean error of collectives",
      percent(all.mape),
      `${all.n.toLocaleString("en-US")} buffers of 1 MB and more`,
    ),
    keyFigure(
      "Median error",
      percent(all.median),
      `90th percentile ${percent(all.p90)}`,
      `at most ${percent(all.max)}`,
    ),
    keyFigure("Bias", signed(all.bias)),
    all.extrapolated > 0
      ? keyFigure(
          "Extrapolated",
          String(all.extrapolated),
          `of ${all.n}`,
          "beyond the nodes or buffers that were fitted",
        )
      : undefined,
  );
}

export function collectivesSection(result: any, drawn: any): Section | undefined {
  const { sets, all } = setsOf<CollectiveSet>(result, "measurements");
  if (!all || !drawn) return undefined;
  const colors = new Colors(drawn.sets);
  return {
    id: "collectives",
    title: "Collectives, 1 MB and more",
    body: [
      scatter({
        title: "Time of collectives, predicted against measured",
        choose: "Operation and nodes",
        upperMedian: true,
        colors,
        points: drawn.set.map((set: number, i: number) => ({
          name: `${drawn.sets[set]}, ${(drawn.bytes[i] / 1e6).toLocaleString("en-US", { maximumSignificantDigits: 4 })} MB`,
          set: drawn.sets[set],
          measured: drawn.measured_s[i],
          predicted: drawn.predicted_s[i],
          lines: [
            { label: "ranks", value: String(drawn.ranks[i]) },
            ...(drawn.extrapolated[i] ? [{ label: "extrapolated", value: "" }] : []),
          ],
        })),
      }),
      table<CollectiveSet>({
        caption: "Errors by operation and number of nodes",
        rows: [all, ...sets],
        marked: (set) => set === all,
        columns: [
          { label: "Set", text: (set) => set.set, sort: (set) => set.set },
          figures(
            "n",
            (set) => set.n,
            (value) => value.toLocaleString("en-US"),
          ),
          figures("Mean error", (set) => set.mape, percent),
          figures("Median", (set) => set.median, percent),
          figures("p90", (set) => set.p90, percent),
          figures("Max", (set) => set.max, percent),
          figures("Bias", (set) => set.bias, signed),
          figures(
            "Extrapolated",
            (set) => set.extrapolated,
            (value) => (value > 0 ? String(value) : "–"),
          ),
        ],
      }),
    ],
  };
}
