// The pages that are tried: one line each. `command` is what follows `sextant`; --html FILE is added.

const KILOBYTES = 1000;

function page(name, limit, ...command) {
  return { name, limit: limit * KILOBYTES, command };
}

/** The name, at most so many kilobytes, and the command. */
export const PAGES = [
  page("plan", 1500, "plan", "scenarios/llama3-8b-2xp5.json", "--replicas", "50"),
  page("plan of a campaign", 1500, "plan", "scenarios/llama3-405b-p5.json", "--replicas", "20"),
];
