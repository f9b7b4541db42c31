// What stands below one another: groups, which open and close, and their lanes.
import type { TimelineLane } from "../timeline";

export interface Row {
  key: string;
  name: string;
  /** Of the lanes that it shows: one, or all of a closed group. An open group's own row shows none. */
  lanes: number[];
  /** Of the row of a group. */
  group?: { index: number; open: boolean; size: number };
}

interface Group {
  name: string | undefined;
  first: number;
  size: number;
}

function groupsOf(lanes: TimelineLane[]): Group[] {
  const groups: Group[] = [];
  lanes.forEach(({ group }, i) => {
    const last = groups[groups.length - 1];
    if (last && last.name === group) last.size += 1;
    else groups.push({ name: group, first: i, size: 1 });
  });
  return groups;
}

export class Rows {
  list: Row[] = [];
  private readonly groups: Group[];
  private readonly closed = new Set<number>();

  constructor(private readonly lanes: TimelineLane[]) {
    this.groups = groupsOf(lanes);
    this.make();
  }

  get hasGroups(): boolean {
    return this.groups.some(({ name }) => name !== undefined);
  }

  get allClosed(): boolean {
    return this.groups.every(({ name }, i) => name === undefined || this.closed.has(i));
  }

  toggle(index: number): void {
    if (!this.closed.delete(index)) this.closed.add(index);
    this.make();
  }

  closeAll(close: boolean): void {
    this.closed.clear();
    if (close) this.groups.forEach(({ name }, i) => name !== undefined && this.closed.add(i));
    this.make();
  }

  /** The row that shows the lane. */
  rowOf(lane: number): number {
    return this.list.findIndex((row) => row.lanes.includes(lane));
  }

  private make(): void {
    this.list = [];
    this.groups.forEach((group, index) => {
      const open = !this.closed.has(index);
      const lanes = Array.from({ length: group.size }, (_, i) => group.first + i);
      if (group.name !== undefined) {
        const facts = { index, open, size: group.size };
        this.list.push({ key: `g${index}`, name: group.name, lanes: open ? [] : lanes, group: facts });
      }
      if (group.name !== undefined && !open) return;
      for (const lane of lanes) {
        this.list.push({ key: `l${lane}`, name: this.lanes[lane]!.name, lanes: [lane] });
      }
    });
  }
}
