// What a hand does on the picture: wheel, drag, pinch, keys.
import type { Camera } from "./camera";

export interface Gestures {
  camera: Camera;
  /** Rows further down, in pixels. */
  scroll(pixels: number): void;
  /** The chosen interval: so many further in its lane, so many lanes down. */
  step(along: number, down: number): void;
  /** Where the pointer rests, in pixels of `target`; absent: it has left. */
  hover(at: { x: number; y: number } | undefined): void;
  choose(at: { x: number; y: number }): void;
  clear(): void;
}

/** Pixels that a pointer may move in a click. */
const STILL = 4;

function factorOf(event: WheelEvent): number {
  const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 * event.deltaY : event.deltaY;
  return 2 ** (Math.max(-200, Math.min(200, pixels)) / 200);
}

function onWheel(target: HTMLElement, { camera }: Gestures): void {
  const timeAt = (event: WheelEvent) => {
    const { left, width } = target.getBoundingClientRect();
    return camera.view.from + ((event.clientX - left) / width) * camera.span;
  };
  target.addEventListener(
    "wheel",
    (event) => {
      // A wheel over a picture that nobody has clicked scrolls the page.
      const asked = event.ctrlKey || event.metaKey || document.activeElement === target;
      if (!asked || event.shiftKey) return;
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        camera.pan((event.deltaX / target.clientWidth) * camera.span);
      } else {
        camera.zoom(factorOf(event), timeAt(event));
      }
    },
    { passive: false },
  );
}

function onPointers(target: HTMLElement, { camera, scroll, hover, choose }: Gestures): void {
  const down = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  const place = (event: PointerEvent) => {
    const { left, top } = target.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const pinch = (id: number, now: { x: number; y: number }) => {
    const other = [...down].find(([key]) => key !== id)![1];
    const before = Math.abs(down.get(id)!.x - other.x);
    const after = Math.abs(now.x - other.x);
    const middle = camera.view.from + (((now.x + other.x) / 2) * camera.span) / target.clientWidth;
    if (before > 10 && after > 10) camera.zoom(before / after, middle);
  };
  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    down.set(event.pointerId, place(event));
    travelled = 0;
    target.setPointerCapture(event.pointerId);
  });
  target.addEventListener("pointermove", (event) => {
    const now = place(event);
    const before = down.get(event.pointerId);
    if (!before) return event.pointerType === "mouse" ? hover(now) : undefined;
    travelled += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    if (down.size === 2) {
      pinch(event.pointerId, now);
    } else if (travelled > STILL) {
      hover(undefined);
      camera.pan(((before.x - now.x) / target.clientWidth) * camera.span);
      if (event.pointerType === "mouse") scroll(before.y - now.y);
    }
    down.set(event.pointerId, now);
  });
  target.addEventListener("pointerup", (event) => {
    if (down.delete(event.pointerId) && travelled <= STILL) choose(place(event));
  });
  target.addEventListener("pointercancel", (event) => down.delete(event.pointerId));
  target.addEventListener("pointerleave", () => hover(undefined));
  target.addEventListener("dblclick", (event) => {
    const { left, width } = target.getBoundingClientRect();
    camera.zoom(0.5, camera.view.from + ((event.clientX - left) / width) * camera.span);
  });
}

function onKeys(target: HTMLElement, { camera, scroll, step, clear }: Gestures): void {
  const page = () => target.clientHeight * 0.8;
  const keys: Record<string, () => void> = {
    ArrowLeft: () => camera.pan(-camera.span / 8),
    ArrowRight: () => camera.pan(camera.span / 8),
    ArrowUp: () => scroll(-40),
    ArrowDown: () => scroll(40),
    PageUp: () => scroll(-page()),
    PageDown: () => scroll(page()),
    "Shift+ArrowLeft": () => step(-1, 0),
    "Shift+ArrowRight": () => step(1, 0),
    "Shift+ArrowUp": () => step(0, -1),
    "Shift+ArrowDown": () => step(0, 1),
    "+": () => camera.zoom(0.5),
    "=": () => camera.zoom(0.5),
    "-": () => camera.zoom(2),
    Home: () => camera.fit(),
    Escape: clear,
  };
  target.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const shift = event.shiftKey && event.key.startsWith("Arrow");
    const action = keys[shift ? `Shift+${event.key}` : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

export function gestures(target: HTMLElement, handlers: Gestures): void {
  onWheel(target, handlers);
  onPointers(target, handlers);
  onKeys(target, handlers);
}
