// How much room words in a drawing take.

/** What drawings write in, unless they say otherwise. */
export const FONT_PX = 12;

let measuring: CanvasRenderingContext2D | undefined;

/** In pixels, in the page's font. */
export function textWidth(text: string, px = FONT_PX): number {
  measuring ??= document.createElement("canvas").getContext("2d")!;
  measuring.font = `${px}px ${getComputedStyle(document.body).fontFamily}`;
  return measuring.measureText(text).width;
}

export function widestOf(texts: string[], px = FONT_PX): number {
  return Math.ceil(Math.max(0, ...texts.map((text) => textWidth(text, px))));
}
