// What was changed. It stands in the address, so that the page can be kept and sent.

export interface State {
  scenario: string;
  /** Values by JSON pointer, of the members that differ from the file. */
  changes: Map<string, string>;
  /** Choose the layout, too. */
  fastest: boolean;
  /** As many replicas as the scenario says. */
  full: boolean;
}

/** Escaped, but for what addresses may hold: they are read by people. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%20", "+");
}

export function queryOf(state: State): string {
  const parts = [`scenario=${escaped(state.scenario)}`];
  for (const [pointer, value] of state.changes) parts.push(`set=${escaped(pointer)}=${escaped(value)}`);
  if (state.fastest) parts.push("layout=fastest");
  if (state.full) parts.push("replicas=full");
  return parts.join("&");
}

export function stateOf(search: string, scenario: string): State {
  const query = new URLSearchParams(search);
  const changes = new Map<string, string>();
  for (const change of query.getAll("set")) {
    const equals = change.indexOf("=");
    if (equals > 0) changes.set(change.slice(0, equals), change.slice(equals + 1));
  }
  return {
    scenario,
    changes,
    fastest: query.get("layout") === "fastest",
    full: query.get("replicas") === "full",
  };
}
