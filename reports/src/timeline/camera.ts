// Which time is shown. All that zooms or pans goes through here.
import type { View } from "./columns";

/** Of the whole; more is finer than any step has operations. */
const DEEPEST = 1e-7;

export class Camera {
  view: View;

  constructor(
    private readonly whole: View,
    private readonly changed: () => void,
  ) {
    this.view = { ...whole };
  }

  get span(): number {
    return this.view.to - this.view.from;
  }

  get fits(): boolean {
    return this.span >= (this.whole.to - this.whole.from) * (1 - 1e-9);
  }

  fit(): void {
    this.show(this.whole.from, this.whole.to);
  }

  /** A factor below 1 comes nearer. `at` stays where it is. */
  zoom(factor: number, at = (this.view.from + this.view.to) / 2): void {
    const whole = this.whole.to - this.whole.from;
    const span = Math.min(whole, Math.max(whole * DEEPEST, this.span * factor));
    const share = (at - this.view.from) / this.span;
    this.show(at - share * span, at + (1 - share) * span);
  }

  pan(time: number): void {
    this.show(this.view.from + time, this.view.to + time);
  }

  /** Moves and, where it is too near for it, widens the view so that the interval is seen. */
  reveal(begin: number, end: number): void {
    if (begin >= this.view.from && end <= this.view.to) return;
    const span = Math.max(this.span, (end - begin) * 1.2);
    const middle = (begin + end) / 2;
    this.show(middle - span / 2, middle + span / 2);
  }

  /** The view, pushed into the whole where it hangs over. */
  show(from: number, to: number): void {
    const { from: first, to: last } = this.whole;
    const span = Math.min(to - from, last - first);
    const begin = Math.min(Math.max(from, first), last - span);
    this.view = { from: begin, to: Math.min(last, begin + span) };
    this.changed();
  }
}
