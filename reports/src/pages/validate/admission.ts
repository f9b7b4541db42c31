// Decisions that Kueue took, and ours.
import type { Section } from "../../page";
import { table } from "../../table";
import { setsOf } from "./model";

export function admissionSection(result: any): Section | undefined {
  const { sets } = setsOf<any>(result, "admission");
  if (sets.length === 0) return undefined;
  const failures: any[] = result.failures ?? [];
  return {
    id: "admission",
    title: "Admission decisions that Kueue took",
    intro:
      "Each case was put to Kueue itself. It is equal where who is admitted, on what, and who makes way are all the same here.",
    body: [
      table<any>({
        caption: "Cases by file",
        rows: sets,
        columns: [
          { label: "File", text: (set) => set.set, sort: (set) => set.set },
          {
            label: "Cases",
            numeric: true,
            text: (set) => set.n.toLocaleString("en-US"),
            sort: (set) => set.n,
          },
          {
            label: "Equal",
            numeric: true,
            text: (set) => set.passed.toLocaleString("en-US"),
            sort: (set) => set.passed,
          },
        ],
      }),
      failures.length > 0 &&
        table<any>({
          caption: "Fields that differ",
          rows: failures,
          limit: 30,
          columns: [
            { label: "Case", text: (row) => row.id, sort: (row) => row.id },
            { label: "Field", text: (row) => row.field },
            { label: "Kueue", text: (row) => row.expected },
            { label: "Ours", text: (row) => row.got },
          ],
        }),
    ],
  };
}
