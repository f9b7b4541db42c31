// One question at a time: a newer one abandons the older, here and on the server.
import type { Served } from "./protocol";

/** Thrown where there is no answer: its message is for people. */
export class NoAnswer extends Error {}

const page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join("");
let asking = new AbortController();

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal, cache: "no-store" });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new NoAnswer("The server does not answer. It may have been ended: start sextant serve again.");
  }
}

/** The document of the page; undefined where a newer question was asked meanwhile. */
export async function ask(path: string, query: string): Promise<Served | undefined> {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    for (let attempt = 0; attempt < 30; attempt += 1) {
      const response = await get(`${path}?${query}&page=${page}`, signal);
      if (response.ok) return (await response.json()) as Served;
      if (response.status !== 503) {
        const { error } = (await response.json().catch(() => ({}))) as { error?: string };
        throw new NoAnswer(error ?? `The server answered ${response.status}.`);
      }
      await later(1000);
    }
    throw new NoAnswer("The server is busy with other forecasts.");
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
